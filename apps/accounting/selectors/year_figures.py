# SPDX-License-Identifier: Apache-2.0
"""Figures at a glance: money at hand, and income and expense month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional

_MONTHS = """
SELECT p.code, p.start_date, p.state,
       coalesce(sum(b.credit_minor - b.debit_minor) FILTER (WHERE a.type = 'income'), 0)::bigint,
       coalesce(sum(b.debit_minor - b.credit_minor) FILTER (WHERE a.type = 'expense'), 0)::bigint
  FROM accounting_fiscal_period p
  JOIN accounting_fiscal_year y ON y.company_id = p.company_id AND y.id = p.fiscal_year_id
  LEFT JOIN accounting_account_period_balance b ON b.company_id = p.company_id AND b.period_id = p.id
  LEFT JOIN accounting_account a ON a.company_id = b.company_id AND a.id = b.account_id
 WHERE p.company_id = %s AND y.code = %s
 GROUP BY p.code, p.start_date, p.state ORDER BY p.start_date
"""
_MONEY = """
SELECT count(DISTINCT a.id), coalesce(sum(b.debit_minor - b.credit_minor), 0)::bigint
  FROM accounting_account a
  LEFT JOIN accounting_account_period_balance b ON b.company_id = a.company_id AND b.account_id = a.id
 WHERE a.company_id = %s AND a.is_bank_or_cash
"""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A period's income and expense in minor units, each positive in its usual direction."""

    period_code: str
    start_date: date
    state: str
    income_minor: int
    expense_minor: int


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A fiscal year by its periods, and the balance of all bank and cash accounts, None without such."""

    fiscal_year_code: str
    months: Sequence[MonthFigures]
    money_minor: int | None

    @property
    def income_minor(self) -> int:
        """Return the income of the year."""
        return sum(month.income_minor for month in self.months)

    @property
    def expense_minor(self) -> int:
        """Return the expense of the year."""
        return sum(month.expense_minor for month in self.months)

    @property
    def result_minor(self) -> int:
        """Return income less expense."""
        return self.income_minor - self.expense_minor


@transactional
def year_figures(*, company_id: UUID, fiscal_year_code: str) -> YearFigures:
    """Return the figures from stored balances, whatever the number of lines."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [company_id, fiscal_year_code])
        months = [MonthFigures(*row) for row in cursor.fetchall()]
        cursor.execute(_MONEY, [company_id])
        accounts, money_minor = cursor.fetchone()
    return YearFigures(fiscal_year_code, months, money_minor if accounts else None)
