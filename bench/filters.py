# SPDX-License-Identifier: Apache-2.0
"""P2: what the policies add to a list, where they hide nothing and where they hide some rows."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg

from bench.books import open_books
from bench.policies_in_force import in_force
from bench.posting import post_batch
from bench.report import table
from bench.seen_lists import HIDDEN_LEAVES, SeenList, seen_lists
from bench.timing import WARM_UPS, percentile, server_cpu_seconds, spent_ms
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.tenancy.scope import scope

ENTRIES, BATCH, TIMES, ROUNDS = 50_000, 1_000, 100, 5
ADDED_MS_TARGET = 5.0
HIDING = """
@id("bench.some_are_hidden")
@title("Accountants do not see reversals and what their own program posted under a reference")
forbid (principal in Cortex::Role::"accountant", action, resource is Accounting::JournalEntry)
when {
  resource.is_cancellation ||
  resource.viewers.contains(Cortex::User::"00000000-0000-7000-8000-000000000001") ||
  (resource has reference && resource.reference like "SECRET-*")
};
"""


@dataclass(slots=True)
class Spent:
    """The time of each page in milliseconds, and the processor seconds of both sides for all of them."""

    pages_ms: list[float] = field(default_factory=list)
    processor_seconds: float = 0.0

    @property
    def processor_ms(self) -> float:
        """Return the processor time of one page; work beside it makes a page wait and not compute."""
        return self.processor_seconds * 1000 / len(self.pages_ms)


_WHAT = f"""A page of 50 entries, and one of 50 leaves of the audit log, out of {ENTRIES:,} each; and the
trail beside one entry. {TIMES} times each in {ROUNDS} rounds taken in turn. Each page asks anew who
reads; what the policies leave open is remembered by question and version. The trail asks one decision
besides, whether its reader may read the log. Decisions are listed for whoever may read those of the
whole company; no policy hides single ones, so that nothing is added there. Processor time is that of
client and server together: where other work made the pages wait, it tells what the policies cost.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One list: what a page of it took, without policies, with the program's and with some that hide."""

    shown: SeenList
    without: Spent = field(default_factory=Spent)
    nothing_hidden: Spent = field(default_factory=Spent)
    some_hidden: Spent = field(default_factory=Spent)


def written(*, program_dsn: str, postmaster: int, say: Callable[[str], None]) -> str:
    """Return the part of the page as Markdown."""
    measured = _measured(program_dsn, postmaster, say)
    return "\n".join(
        [
            "## What policies add to a list\n",
            _WHAT,
            table(
                ("", "p50 ms", "p99 ms", "processor ms", "added to p50", "to p99", "to processor"),
                [row for each in measured for row in _rows(each)],
            ),
            table(
                ("target", "reached", ""),
                [_verdict(each, place, more) for each in measured for place, more in _MORE.items()],
            ),
        ]
    )


def _rows(each: Measured) -> Sequence[tuple[str, ...]]:
    name = each.shown.name
    return [
        _row(f"{name}: without policies", each.without, each.without),
        _row(f"{name}: the program's policies, all is seen", each.nothing_hidden, each.without),
        _row(f"{name}: {each.shown.hiding}", each.some_hidden, each.without),
    ]


def _verdict(each: Measured, place: str, more: Callable[[Spent, Spent], float]) -> tuple[str, str, str]:
    added_ms = more(each.some_hidden, each.without)
    verdict = "met" if added_ms < ADDED_MS_TARGET else "not met"
    name = f"{each.shown.name}: less than {ADDED_MS_TARGET} ms added to {place}"
    return name, f"{added_ms:.2f}", verdict


def _row(name: str, spent: Spent, without: Spent) -> tuple[str, ...]:
    figures = (percentile(spent.pages_ms, 0.5), percentile(spent.pages_ms, 0.99), spent.processor_ms)
    added = [more(spent, without) for more in _MORE.values()]
    return (name, *(f"{figure:.2f}" for figure in figures), *(f"{more:+.2f}" for more in added))


def _more_at(share: float) -> Callable[[Spent, Spent], float]:
    return lambda spent, without: percentile(spent.pages_ms, share) - percentile(without.pages_ms, share)


# By what it is added to.
_MORE: dict[str, Callable[[Spent, Spent], float]] = {
    "p50": _more_at(0.5),
    "p99": _more_at(0.99),
    "processor time": lambda spent, without: spent.processor_ms - without.processor_ms,
}


def _measured(program_dsn: str, postmaster: int, say: Callable[[str], None]) -> list[Measured]:
    books = open_books(code="FILTERS")
    for place in range(ENTRIES // BATCH):
        post_batch(place, books=books, size=BATCH, begin=0)
    with psycopg.connect(program_dsn, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")
    say("lists under policies")
    engine = PolicyEngine(packaged_text() + HIDING + HIDDEN_LEAVES, version=0)
    with scope([books.company_id]):
        measured = [Measured(each) for each in seen_lists(books)]
        for _ in range(ROUNDS):
            for each in measured:
                _take_a_round(each, engine, postmaster)
    return measured


def _take_a_round(each: Measured, engine: PolicyEngine, postmaster: int) -> None:
    """Look at the list in three ways, one after the other."""
    page, reader = each.shown.page, each.shown.reader
    _look(each.without, lambda: page(None), postmaster)
    _look(each.nothing_hidden, lambda: page(reader), postmaster)
    with in_force(engine):
        _look(each.some_hidden, lambda: page(reader), postmaster)


def _look(spent: Spent, page: Callable[[], object], postmaster: int) -> None:
    spent_ms(page, times=1)
    before = time.process_time() + server_cpu_seconds(postmaster)
    pages_ms = spent_ms(page, times=TIMES)
    # Three pages that only warm up are computed as well.
    share = TIMES / (TIMES + WARM_UPS)
    spent.processor_seconds += (time.process_time() + server_cpu_seconds(postmaster) - before) * share
    spent.pages_ms += pages_ms
