# SPDX-License-Identifier: Apache-2.0
"""The fiscal calendar."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from apps.accounting.domain.errors import PeriodMustExist
from apps.accounting.domain.policy_names import PERIOD, READ_BOOKS
from apps.accounting.selectors.visibility import only_visible
from cortex.database.transactions import transactional
from cortex.identity.hidden import is_hidden
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

_SELECT = """
SELECT p.id, p.code, p.start_date, p.end_date, p.state, y.code
  FROM accounting_fiscal_period p
  JOIN accounting_fiscal_year y ON y.company_id = p.company_id AND y.id = p.fiscal_year_id
"""

_ON_DAYS = """
SELECT day, p.id, p.code, p.start_date, p.end_date, p.state, y.code
  FROM unnest(%s::date[]) AS day
  JOIN accounting_fiscal_period p ON p.start_date <= day AND p.end_date >= day
  JOIN accounting_fiscal_year y ON y.company_id = p.company_id AND y.id = p.fiscal_year_id
 WHERE p.company_id = %s AND p.ledger_id = %s
"""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A fiscal period; both dates are inclusive."""

    id: UUID
    code: str
    start_date: date
    end_date: date
    state: str
    fiscal_year_code: str


@transactional
def list_periods(*, company_id: UUID, reader: Principal | None) -> list[PeriodRow]:
    """Return every period of the company that `reader` may see, oldest first."""
    seen, parameters = only_visible(PERIOD, reader=reader, company_id=company_id, column="p.id", alias="p")
    with connection.cursor() as cursor:
        cursor.execute(
            _SELECT + f"WHERE p.company_id = %s{seen} ORDER BY p.start_date", [company_id, *parameters]
        )
        return [PeriodRow(*row) for row in cursor.fetchall()]


@transactional
def get_period(*, company_id: UUID, code: str, for_update: bool = False) -> PeriodRow:
    """Return the period of this code, locked against other changes of its state if asked."""
    # Weaker than FOR UPDATE: postings take a key share lock on their period, and must not wait for this one
    # while its holder waits for them.
    lock = " FOR NO KEY UPDATE OF p" if for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + "WHERE p.company_id = %s AND p.code = %s" + lock, [company_id, code])
        row = cursor.fetchone()
    if row is None:
        raise _no_such_period(code)
    return PeriodRow(*row)


@transactional
def period_to_change(*, company_id: UUID, code: str, changed_by: Principal) -> PeriodRow:
    """Return the period, locked; raises PeriodMustExist, also for one that is hidden from `changed_by`."""
    period = get_period(company_id=company_id, code=code, for_update=True)
    if is_hidden(
        Resource(PERIOD, str(period.id)),
        principal=changed_by,
        read_action=READ_BOOKS,
        company_id=company_id,
    ):
        raise _no_such_period(code)
    return period


def _no_such_period(code: str) -> PeriodMustExist:
    return PeriodMustExist(
        f"Fiscal period {code[:50]}: expected a period of this company, got none of that code.",
        evidence={"object": "fiscal period", "got": code[:50], "remedy": "open its fiscal year"},
    )


@transactional
def periods_on(*, company_id: UUID, ledger_id: UUID, days: Collection[date]) -> dict[date, PeriodRow]:
    """Return the period of each of these days; a day without one is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_DAYS, [sorted(set(days)), company_id, ledger_id])
        return {row[0]: PeriodRow(*row[1:]) for row in cursor.fetchall()}


@transactional
def period_code(*, company_id: UUID, period_id: UUID) -> str:
    """Return the code of a period; raises PeriodMustExist."""
    found = [
        period.code for period in list_periods(company_id=company_id, reader=None) if period.id == period_id
    ]
    if not found:
        raise PeriodMustExist(
            f"Fiscal period {period_id}: expected a period of this company, got none.",
            evidence={"object": "fiscal period", "got": str(period_id)},
        )
    return found[0]
