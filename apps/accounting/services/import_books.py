# SPDX-License-Identifier: Apache-2.0
"""Bring a journal into a company by its code, opening the company and its books where they are missing."""

from dataclasses import replace
from uuid import UUID

from apps.accounting.domain.errors import CurrencyMustBeGiven
from apps.accounting.domain.journal_import import ImportSummary
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.import_journal import Progress, import_journal, no_progress
from cortex.database.transactions import rehearse, transactional
from cortex.policy.access import open_company_id
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_must_exist, create_company
from cortex.tenancy.scope import scope


def import_books(
    *,
    company_code: str,
    accounts: bytes,
    journal: bytes,
    imported_by: Principal,
    may_create: bool,
    currency: str | None,
    is_dry_run: bool = False,
    progress: Progress = no_progress,
) -> ImportSummary:
    """Import as `import_journal`; `may_create` also creates company and ledger, in the same transaction.

    A company that is not open to the person is answered like one that is not there.
    Raises: CompanyMustExist, CurrencyMustBeGiven, and what `import_journal` raises.
    """

    @transactional
    def work() -> ImportSummary:
        company_id = _company_id(company_code, imported_by, may_create=may_create, currency=currency)
        with scope([company_id]):
            return in_company(company_id)

    @transactional
    def in_company(company_id: UUID) -> ImportSummary:
        if may_create:
            create_ledger(
                company_id=company_id, name=company_code, base_currency=currency, created_by=imported_by
            )
        return import_journal(
            company_id=company_id,
            accounts=accounts,
            journal=journal,
            imported_by=imported_by,
            may_create=may_create,
            progress=progress,
        )

    return replace(rehearse(work), is_dry_run=True) if is_dry_run else work()


def _company_id(code: str, imported_by: Principal, *, may_create: bool, currency: str | None) -> UUID:
    company_id = open_company_id(principal=imported_by, company_code=code)
    if company_id is not None:
        return company_id
    if not may_create:
        raise company_must_exist(code=code)
    if currency is None:
        raise CurrencyMustBeGiven(
            f"Company {code}: expected a base currency for new books, got none. "
            "Give one, such as --currency EUR.",
            evidence={"object": "currency", "remedy": "give a base currency"},
        )
    return create_company(code=code, name=code, created_by=imported_by).id
