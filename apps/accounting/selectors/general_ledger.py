# SPDX-License-Identifier: Apache-2.0
"""The general ledger: an account's lines in order, with the balance after each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounting.domain.policy_names import ENTRY
from apps.accounting.selectors.accounts import AccountRow, get_account
from apps.accounting.selectors.balance_spans import BEGINNING, END, BalanceSpans, balance_spans
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.party_names import StoredName, shown_names
from apps.accounting.selectors.visibility import only_visible
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

# The page's bounds are parameters: behind a CTE or sub-select the planner loses the index range.
# The opening balance stands in the same statement, so that no posting can come between the two.
_OPENING = """
SELECT coalesce(sum(m.movement), 0)::bigint FROM (
          SELECT debit_minor - credit_minor AS movement FROM accounting_account_period_balance
           WHERE company_id = %(company)s AND account_id = %(account)s
             AND period_id = ANY(%(periods)s::uuid[])
          UNION ALL
          SELECT b.debit_minor - b.credit_minor
            FROM unnest(%(starts)s::date[], %(ends)s::date[]) AS days(first_day, last_day)
            JOIN accounting_account_day_balance b ON b.company_id = %(company)s AND b.account_id = %(account)s
             AND b.accounting_date BETWEEN days.first_day AND days.last_day
          UNION ALL
          SELECT l.amount_minor FROM accounting_journal_line l
           WHERE l.company_id = %(company)s AND l.account_id = %(account)s AND l.accounting_date = %(day)s
             AND (l.entry_id, l.line_no) <= (%(entry)s::uuid, %(line)s)) AS m
"""
# Stored balances hold every entry. A reader from whom some are hidden gets the sum of what it may see,
# or the difference between two balances would tell the amounts of the others.
_OPENING_OF_VISIBLE = """
SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM accounting_journal_line l
 WHERE l.company_id = %(company)s AND l.account_id = %(account)s
   AND (l.accounting_date, l.entry_id, l.line_no) <= (%(day)s, %(entry)s::uuid, %(line)s)
"""
_PAGE = """
SELECT ({opening}),
       page.*, j.code || '/' || y.code || '/' || e.number, e.reference, t.narration, t.line_narrations,
       n.name, n.name_key_id, n.name_sealed
  FROM (SELECT 1) AS always
  LEFT JOIN LATERAL (
    SELECT l.accounting_date, l.entry_id, l.line_no, l.amount_minor, l.party_id FROM accounting_journal_line l
     WHERE l.company_id = %(company)s AND l.account_id = %(account)s
       AND (l.accounting_date, l.entry_id, l.line_no) > (%(day)s, %(entry)s::uuid, %(line)s)
       AND l.accounting_date <= %(as_of)s{seen}
     ORDER BY l.accounting_date, l.entry_id, l.line_no LIMIT %(limit)s) AS page ON true
  LEFT JOIN accounting_journal_entry e ON e.company_id = %(company)s AND e.id = page.entry_id
  LEFT JOIN accounting_journal j ON j.company_id = %(company)s AND j.id = e.journal_id
  LEFT JOIN accounting_fiscal_year y ON y.company_id = %(company)s AND y.id = e.fiscal_year_id
  LEFT JOIN accounting_journal_entry_text t ON t.company_id = %(company)s AND t.entry_id = page.entry_id
  LEFT JOIN accounting_party_name n ON n.company_id = %(company)s AND n.party_id = page.party_id
 ORDER BY page.accounting_date, page.entry_id, page.line_no
"""
_LEAST_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class LinePosition:
    """A line's place in the order of an account: date, entry, line."""

    accounting_date: date
    entry_id: UUID
    line_no: int


@dataclass(frozen=True, slots=True)
class GeneralLedgerRow:
    """A line of the account; minor units, debit +, credit -."""

    accounting_date: date
    entry_id: UUID
    line_no: int
    entry_label: str
    reference: str | None
    narration: str | None
    party: str | None
    amount_minor: int
    running_balance_minor: int

    @property
    def debit_minor(self) -> int | None:
        """Return the amount where it is a debit."""
        return self.amount_minor if self.amount_minor > 0 else None

    @property
    def credit_minor(self) -> int | None:
        """Return the amount, unsigned, where it is a credit."""
        return -self.amount_minor if self.amount_minor < 0 else None


@dataclass(frozen=True, slots=True)
class GeneralLedgerPage:
    """A page of the account; `opening_minor` is the balance before its first row, `next` where to go on."""

    account: AccountRow
    currency: str
    opening_minor: int
    rows: Sequence[GeneralLedgerRow]
    next: LinePosition | None


@transactional
def general_ledger_page(
    *,
    company_id: UUID,
    account_code: str,
    reader: Principal | None,
    from_date: date | None = None,
    as_of: date | None = None,
    after: LinePosition | None = None,
    limit: int = 50,
) -> GeneralLedgerPage:
    """Return up to `limit` lines after a position, oldest first; raises AccountMustExist.

    Lines of entries that `reader` may not see are neither shown nor part of a balance.
    """
    account = get_account(company_id=company_id, code=account_code, reader=reader)
    start = after or LinePosition(from_date or BEGINNING, _LEAST_ID, 0)
    spans = _before(company_id, start.accounting_date)
    with connection.cursor() as cursor:
        statement, seen = _statement(reader, company_id)
        cursor.execute(
            statement,
            {
                **seen,
                "company": company_id,
                "account": account.id,
                "periods": spans.period_ids,
                "starts": spans.day_starts,
                "ends": spans.day_ends,
                "day": start.accounting_date,
                "entry": start.entry_id,
                "line": start.line_no,
                "as_of": as_of or END,
                "limit": limit + 1,
            },
        )
        fetched = cursor.fetchall()
    opening_minor = fetched[0][0]
    rows = _rows(company_id, opening_minor, [row[1:] for row in fetched[:limit] if row[1] is not None])
    return GeneralLedgerPage(
        account=account,
        currency=get_ledger(company_id=company_id).base_currency,
        opening_minor=opening_minor,
        rows=rows,
        next=_position(rows[-1]) if len(fetched) > limit else None,
    )


def _statement(reader: Principal | None, company_id: UUID) -> tuple[str, dict[str, Any]]:
    """Return the statement for this reader, and the parameters that it adds."""
    seen, parameters = only_visible(ENTRY, reader=reader, company_id=company_id, column="l.entry_id")
    for place in range(len(parameters)):
        seen = seen.replace("%s", f"%(seen_{place})s", 1)
    opening = f"{_OPENING_OF_VISIBLE}{seen}" if seen else _OPENING
    statement = _PAGE.format(opening=opening, seen=seen)
    return statement, {f"seen_{place}": value for place, value in enumerate(parameters)}


def _before(company_id: UUID, day: date) -> BalanceSpans:
    """Return what to sum for the balance before `day`."""
    if day == BEGINNING:
        return BalanceSpans([], [], [])
    return balance_spans(company_id=company_id, from_date=None, as_of=day - timedelta(days=1))


def _rows(company_id: UUID, opening_minor: int, fetched: Sequence[Sequence[Any]]) -> list[GeneralLedgerRow]:
    # Each party once, however many lines it has on the page.
    stored = {row[4]: StoredName.of(row[4], *row[9:]) for row in fetched if row[4] is not None}
    names = shown_names(company_id=company_id, stored=stored.values())
    rows, balance_minor = [], opening_minor
    for day, entry_id, line_no, amount_minor, party_id, label, reference, narration, texts, *_ in fetched:
        balance_minor += amount_minor
        rows.append(
            GeneralLedgerRow(
                accounting_date=day,
                entry_id=entry_id,
                line_no=line_no,
                entry_label=label,
                reference=reference,
                narration=json.loads(texts)[line_no - 1] if texts else narration,
                party=names.get(party_id),
                amount_minor=amount_minor,
                running_balance_minor=balance_minor,
            )
        )
    return rows


def _position(row: GeneralLedgerRow) -> LinePosition:
    return LinePosition(row.accounting_date, row.entry_id, row.line_no)
