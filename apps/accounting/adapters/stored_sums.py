# SPDX-License-Identifier: Apache-2.0
"""Stored balances against the lines: reports read these sums, and no digest covers them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from apps.audit.published import Difference

DIFFERENCES_MAX = 10_000
# Debit and credit stay gross, as posting adds them up: a cancellation takes from the side that it corrects.
_DIFFERING = """
WITH lines AS (
  SELECT l.company_id, l.account_id, l.currency, l.{bucket},
         sum(CASE WHEN (l.amount_minor > 0) <> e.is_cancellation THEN l.amount_minor ELSE 0 END) AS debit,
         sum(CASE WHEN (l.amount_minor > 0) <> e.is_cancellation THEN 0 ELSE -l.amount_minor END) AS credit,
         count(*) AS count
    FROM accounting_journal_line l
    JOIN accounting_journal_entry e ON (e.company_id, e.id) = (l.company_id, l.entry_id)
   WHERE %(company)s::uuid IS NULL OR l.company_id = %(company)s
   GROUP BY 1, 2, 3, 4),
stored AS (
  SELECT company_id, account_id, currency, {bucket}, debit_minor AS debit, credit_minor AS credit,
         line_count AS count FROM {table} WHERE %(company)s::uuid IS NULL OR company_id = %(company)s)
SELECT account_id, currency, {bucket}::text,
       coalesce(l.debit, 0), coalesce(l.credit, 0), coalesce(l.count, 0),
       coalesce(s.debit, 0), coalesce(s.credit, 0), coalesce(s.count, 0)
  FROM lines l FULL JOIN stored s USING (company_id, account_id, currency, {bucket})
 WHERE (coalesce(l.debit, 0), coalesce(l.credit, 0), coalesce(l.count, 0))
    <> (coalesce(s.debit, 0), coalesce(s.credit, 0), coalesce(s.count, 0))
 ORDER BY 1, 2, 3 LIMIT %(limit)s
"""
_BUCKETS = {
    "accounting_account_day_balance": "accounting_date",
    "accounting_account_period_balance": "period_id",
}
Rows = Callable[[str, dict[str, Any]], Sequence[tuple[Any, ...]]]


def differing_sums(*, rows: Rows, company_id: UUID | None) -> Iterator[Difference]:
    """Yield a difference for each stored sum that is not that of its lines, 10,000 of each table at most.

    `rows` runs a statement with its parameters and returns what it found. Without a company it is about all,
    which only a connection can see that no scope binds.
    """
    for table, bucket in _BUCKETS.items():
        statement = _DIFFERING.format(table=table, bucket=bucket)
        for row in rows(statement, {"company": company_id, "limit": DIFFERENCES_MAX}):
            yield _difference(bucket, *row)


def _difference(bucket: str, account_id: UUID, currency: str, place: str, *sums: int) -> Difference:
    debit, credit, count, stored_debit, stored_credit, stored_count = sums
    return Difference(
        account_id,
        f"balance in {currency} by {bucket} {place}",
        f"debit {debit}, credit {credit} of {count} lines",
        f"debit {stored_debit}, credit {stored_credit} of {stored_count}",
    )
