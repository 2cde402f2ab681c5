# SPDX-License-Identifier: Apache-2.0
"""W4 and W5: what reports cost in books that grow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg

from apps.accounting.selectors.general_ledger import LinePosition, general_ledger_page
from apps.accounting.selectors.trial_balance import trial_balance
from bench.books import Books, account_code
from bench.posting import post_batch
from bench.raw import RawJournal
from bench.stream import BANK
from bench.timing import median_ms
from bench.web import ApiClient
from cortex.tenancy.scope import scope

TIMES, TIMES_OF_SLOW = 60, 5
DEEP = 0.9
WALK_LIMIT = 200
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class ReadingResults:
    """Medians in milliseconds at one size of the books, in entries."""

    entries: int
    trial_balance: float
    trial_balance_http: float
    raw_balances: float
    raw_lines: float
    first_page: float
    deep_page: float
    first_page_http: float
    deep_page_http: float
    raw_first_page: float
    raw_deep_page: float
    raw_offset: float


def grow(
    *, books: Books, raw: RawJournal, dsn: str, done: int, size: int, say: Callable[[str], None]
) -> None:
    """Bring both journals to this number of entries by the program's own batches, and settle them."""
    for place in range(done // BATCH, size // BATCH):
        post_batch(place, books=books, size=BATCH, begin=0)
        if place % 20 == 0:
            say(f"{place * BATCH:,} of {size:,} entries")
    raw.grow(size)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")


def measure_reading(
    *, books: Books, raw: RawJournal, dsn: str, api: ApiClient, entries: int
) -> ReadingResults:
    """Read the reports of both sides."""
    lines, deep = _deep_position(books, dsn)
    raw_deep = raw.page_by_offset(int(lines * DEEP) - 1)[0][:2]
    base = f"/api/v1/companies/{books.company_code}/reports"
    first_path = f"{base}/general-ledger?account={account_code(BANK)}&limit=50"
    deep_path = _deep_path(api, first_path, int(lines * DEEP))
    with scope([books.company_id]):
        return ReadingResults(
            entries=entries,
            trial_balance=median_ms(
                lambda: trial_balance(company_id=books.company_id, reader=None), times=TIMES
            ),
            trial_balance_http=median_ms(lambda: api.get(f"{base}/trial-balance"), times=TIMES),
            raw_balances=median_ms(raw.trial_balance_from_balances, times=TIMES),
            raw_lines=median_ms(raw.trial_balance_from_lines, times=TIMES_OF_SLOW),
            first_page=median_ms(lambda: _page(books, None), times=TIMES),
            deep_page=median_ms(lambda: _page(books, deep), times=TIMES),
            first_page_http=median_ms(lambda: api.get(first_path), times=TIMES),
            deep_page_http=median_ms(lambda: api.get(deep_path), times=TIMES),
            raw_first_page=median_ms(lambda: raw.page_by_key(None), times=TIMES),
            raw_deep_page=median_ms(lambda: raw.page_by_key(raw_deep), times=TIMES),
            raw_offset=median_ms(lambda: raw.page_by_offset(int(lines * DEEP)), times=TIMES_OF_SLOW),
        )


def _page(books: Books, after: LinePosition | None) -> Any:
    return general_ledger_page(
        company_id=books.company_id, reader=None, account_code=account_code(BANK), after=after
    )


def _deep_position(books: Books, dsn: str) -> tuple[int, LinePosition]:
    """Count the bank's lines and find the one before which 90 % stand, as the administrator."""
    where = "FROM accounting_journal_line WHERE account_id = %s"
    with psycopg.connect(dsn) as admin:
        account = admin.execute(
            "SELECT id FROM accounting_account WHERE company_id = %s AND code = %s",
            [books.company_id, account_code(BANK)],
        ).fetchone()
        (count,) = admin.execute(f"SELECT count(*) {where}", account).fetchone() or (0,)
        row = admin.execute(
            f"SELECT accounting_date, entry_id, line_no {where}"
            " ORDER BY accounting_date, entry_id, line_no OFFSET %s LIMIT 1",
            [*(account or ()), int(count * DEEP) - 1],
        ).fetchone()
    if row is None:
        raise SystemExit("The bank account has no lines; nothing was loaded.")
    return count, LinePosition(*row)


def _deep_path(api: ApiClient, path: str, depth: int) -> str:
    """Walk by cursor, as a client must, and return the path of a page beyond `depth` lines."""
    cursor, steps = "", max(depth // WALK_LIMIT, 1)
    for _ in range(steps):
        wide = path.replace("limit=50", f"limit={WALK_LIMIT}")
        cursor = quote(api.get(f"{wide}&cursor={cursor}" if cursor else wide)["next_cursor"])
    return f"{path}&cursor={cursor}"
