# SPDX-License-Identifier: Apache-2.0
"""The ledger of a company and its journals."""

from dataclasses import dataclass
from uuid import UUID

from apps.accounting.domain.errors import JournalMustExist, LedgerMustExist
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class LedgerRef:
    """What callers need to know of the books."""

    id: UUID
    code: str
    name: str
    base_currency: str
    fiscal_year_start_month: int
    locale: str


@dataclass(frozen=True, slots=True)
class JournalRef:
    """A journal by its code."""

    id: UUID
    code: str
    name: str


@transactional
def find_ledger(*, company_id: UUID) -> LedgerRef | None:
    """Return the company's books, or None where it keeps none yet."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, base_currency, fiscal_year_start_month, locale FROM accounting_ledger"
            " WHERE company_id = %s ORDER BY code LIMIT 1",
            [company_id],
        )
        row = cursor.fetchone()
    return LedgerRef(*row) if row else None


def get_ledger(*, company_id: UUID) -> LedgerRef:
    """Return the company's books; raises LedgerMustExist."""
    ledger = find_ledger(company_id=company_id)
    if ledger is None:
        raise LedgerMustExist(
            "Ledger: expected books of this company, got none. Import a journal with --create and a "
            "currency, or open the books first.",
            evidence={"object": "ledger", "remedy": "open the books"},
        )
    return ledger


@transactional
def list_journals(*, company_id: UUID) -> list[JournalRef]:
    """Return the journals of the company, by code."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name FROM accounting_journal WHERE company_id = %s ORDER BY code", [company_id]
        )
        return [JournalRef(*row) for row in cursor.fetchall()]


def get_journal(*, company_id: UUID, code: str) -> JournalRef:
    """Return the journal of this code; raises JournalMustExist."""
    journals = list_journals(company_id=company_id)
    for journal in journals:
        if journal.code == code:
            return journal
    known = ", ".join(journal.code for journal in journals)
    raise JournalMustExist(
        f"Journal {code[:50]}: expected one of {known or 'no journal yet'}.",
        evidence={"object": "journal", "expected": [journal.code for journal in journals], "got": code[:50]},
    )
