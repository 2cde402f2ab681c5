# SPDX-License-Identifier: Apache-2.0
"""P2: what the policies add to a list, where they hide nothing and where they hide some rows."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from bench.books import Books, open_books
from bench.posting import post_batch
from bench.report import table
from bench.timing import median_ms
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.principal import Principal
from cortex.tenancy.scope import scope

ENTRIES, BATCH, TIMES = 50_000, 1_000, 200
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


@dataclass(frozen=True, slots=True)
class FilterResults:
    """Medians in milliseconds of one page of 50 entries."""

    without: float
    nothing_hidden: float
    some_hidden: float


def written(*, program_dsn: str, say: Callable[[str], None]) -> str:
    """Return the part of the page as Markdown."""
    results = _measured(program_dsn, say)
    rows = [
        ("without policies", results.without),
        ("the program's policies: all entries are seen", results.nothing_hidden),
        ("a policy that hides some, by three columns and a grant", results.some_hidden),
    ]
    shown = ((name, f"{ms:.2f}", f"{ms - results.without:+.2f}") for name, ms in rows)
    return "\n".join(
        [
            "## What policies add to a list\n",
            f"A page of 50 entries out of {ENTRIES:,}, medians of {TIMES}; each asks the policies anew.\n",
            table(("", "ms", "added ms"), shown),
        ]
    )


def _measured(program_dsn: str, say: Callable[[str], None]) -> FilterResults:
    books = open_books(code="FILTERS")
    for place in range(ENTRIES // BATCH):
        post_batch(place, books=books, size=BATCH, begin=0)
    with psycopg.connect(program_dsn, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")
    say("lists under policies")
    with scope([books.company_id]):
        without = median_ms(lambda: _page(books, None), times=TIMES)
        nothing_hidden = median_ms(lambda: _page(books, books.client), times=TIMES)
        engine = PolicyEngine(packaged_text() + HIDING, version=0)
        packaged, active.ACTIVE.engine = active.ACTIVE.engine, lambda: engine  # type: ignore[method-assign]
        try:
            some_hidden = median_ms(lambda: _page(books, books.client), times=TIMES)
        finally:
            active.ACTIVE.engine = packaged  # type: ignore[method-assign]
    return FilterResults(without, nothing_hidden, some_hidden)


def _page(books: Books, reader: Principal | None) -> object:
    # Outside any request nothing is remembered, so that every page pays for its own question.
    return list_journal_entries(company_id=books.company_id, filters=EntryFilters(), reader=reader)
