# SPDX-License-Identifier: Apache-2.0
"""The trial balance: gross debits and credits of every account that moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from apps.accounting.selectors.balance_spans import balance_spans
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.visibility import require_whole_books
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

# Whole periods come from period balances, the days around them from day balances: the cost is
# accounts x buckets, whatever the number of lines.
_MOVEMENTS = """
SELECT a.id, a.code, a.name, a.type, sum(m.debit_minor)::bigint, sum(m.credit_minor)::bigint
  FROM (SELECT account_id, debit_minor, credit_minor FROM accounting_account_period_balance
         WHERE company_id = %(company)s AND period_id = ANY(%(periods)s::uuid[])
        UNION ALL
        SELECT b.account_id, b.debit_minor, b.credit_minor
          FROM unnest(%(starts)s::date[], %(ends)s::date[]) AS days(first_day, last_day)
          JOIN accounting_account_day_balance b ON b.company_id = %(company)s
           AND b.accounting_date BETWEEN days.first_day AND days.last_day) AS m
  JOIN accounting_account a ON a.company_id = %(company)s AND a.id = m.account_id
 GROUP BY a.id, a.code, a.name, a.type ORDER BY a.code
"""


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account; minor units, `balance_minor` is debits less credits."""

    account_id: UUID
    account_code: str
    account_name: str
    account_type: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        """Return debits less credits."""
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Rows by account code, and the totals of both sides, which are equal."""

    currency: str
    from_date: date | None
    as_of: date | None
    rows: Sequence[TrialBalanceRow]

    @property
    def debit_minor(self) -> int:
        """Return the sum of all debits."""
        return sum(row.debit_minor for row in self.rows)

    @property
    def credit_minor(self) -> int:
        """Return the sum of all credits."""
        return sum(row.credit_minor for row in self.rows)


@transactional
def trial_balance(
    *,
    company_id: UUID,
    reader: Principal | None,
    as_of: date | None = None,
    from_date: date | None = None,
) -> TrialBalance:
    """Return the movements up to and including `as_of`; cumulative unless `from_date` is given.

    Raises: WholeBooksMustBeVisible.
    """
    require_whole_books(reader=reader, company_id=company_id)
    ledger = get_ledger(company_id=company_id)
    spans = balance_spans(company_id=company_id, from_date=from_date, as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVEMENTS,
            {
                "company": company_id,
                "periods": spans.period_ids,
                "starts": spans.day_starts,
                "ends": spans.day_ends,
            },
        )
        rows = [TrialBalanceRow(*row) for row in cursor.fetchall()]
    return TrialBalance(currency=ledger.base_currency, from_date=from_date, as_of=as_of, rows=rows)
