# SPDX-License-Identifier: Apache-2.0
"""P2: what the policies add to a list, where they hide nothing and where they hide some rows."""

from collections.abc import Callable

import psycopg

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from bench.books import Books, open_books
from bench.policies_in_force import in_force
from bench.posting import post_batch
from bench.report import table
from bench.timing import percentile, spent_ms
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.principal import Principal
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


Spent = list[float]
_WHAT = f"""A page of 50 entries out of {ENTRIES:,}, {TIMES} times each in {ROUNDS} rounds taken in turn.
Each page asks anew who the reader is; what the policies leave open is remembered by question and version.
"""


def written(*, program_dsn: str, say: Callable[[str], None]) -> str:
    """Return the part of the page as Markdown."""
    without, nothing_hidden, some_hidden = _measured(program_dsn, say)
    rows = [
        ("without policies", without),
        ("the program's policies: all entries are seen", nothing_hidden),
        ("a policy that hides some, by three columns and a grant", some_hidden),
    ]
    return "\n".join(
        [
            "## What policies add to a list\n",
            _WHAT,
            table(
                ("", "p50 ms", "p99 ms", "added to p50", "added to p99"),
                [_row(name, spent, without) for name, spent in rows],
            ),
            table(
                ("target", "reached", ""),
                [
                    _verdict("p50", _more(some_hidden, without, 0.5)),
                    _verdict("p99", _more(some_hidden, without, 0.99)),
                ],
            ),
        ]
    )


def _verdict(place: str, added_ms: float) -> tuple[str, str, str]:
    verdict = "met" if added_ms < ADDED_MS_TARGET else "not met"
    return f"less than {ADDED_MS_TARGET} ms added to {place}", f"{added_ms:.2f}", verdict


def _row(name: str, spent: Spent, without: Spent) -> tuple[str, ...]:
    figures = (percentile(spent, 0.5), percentile(spent, 0.99))
    added = (_more(spent, without, 0.5), _more(spent, without, 0.99))
    return (name, *(f"{figure:.2f}" for figure in figures), *(f"{more:+.2f}" for more in added))


def _more(spent: Spent, without: Spent, share: float) -> float:
    return percentile(spent, share) - percentile(without, share)


def _measured(program_dsn: str, say: Callable[[str], None]) -> tuple[Spent, Spent, Spent]:
    books = open_books(code="FILTERS")
    for place in range(ENTRIES // BATCH):
        post_batch(place, books=books, size=BATCH, begin=0)
    with psycopg.connect(program_dsn, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")
    say("lists under policies")
    engine = PolicyEngine(packaged_text() + HIDING, version=0)
    without, nothing_hidden, some_hidden = Spent(), Spent(), Spent()
    with scope([books.company_id]):
        for _ in range(ROUNDS):
            without += spent_ms(lambda: _page(books, None), times=TIMES)
            nothing_hidden += spent_ms(lambda: _page(books, books.client), times=TIMES)
            with in_force(engine):
                some_hidden += spent_ms(lambda: _page(books, books.client), times=TIMES)
    return without, nothing_hidden, some_hidden


def _page(books: Books, reader: Principal | None) -> object:
    # Outside any request nothing is remembered, so that every page pays for its own question.
    return list_journal_entries(company_id=books.company_id, filters=EntryFilters(), reader=reader)
