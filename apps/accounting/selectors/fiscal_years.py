# SPDX-License-Identifier: Apache-2.0
"""Fiscal years of a company."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class FiscalYearRow:
    """A fiscal year; both dates are inclusive."""

    id: UUID
    code: str
    start_date: date
    end_date: date


@transactional
def list_fiscal_years(*, company_id: UUID) -> list[FiscalYearRow]:
    """Return every fiscal year of the company, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, start_date, end_date FROM accounting_fiscal_year"
            " WHERE company_id = %s ORDER BY start_date",
            [company_id],
        )
        return [FiscalYearRow(*row) for row in cursor.fetchall()]
