# SPDX-License-Identifier: Apache-2.0
"""Fill a company's books by its code, opening the company and its books where they are missing."""

from datetime import date
from uuid import UUID

from apps.accounting.domain.errors import CurrencyMustBeGiven
from apps.accounting.selectors.ledger import find_ledger
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.generate_entries import generate_entries
from apps.accounting.services.import_journal import Progress, no_progress
from cortex.database.transactions import transactional
from cortex.policy.access import open_company_id
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_must_exist, create_company
from cortex.tenancy.scope import scope


def generate_books(
    *,
    company_code: str,
    entries: int,
    seed: int,
    first_day: date,
    last_day: date,
    generated_by: Principal,
    may_create: bool = False,
    currency: str | None = None,
    progress: Progress = no_progress,
) -> int:
    """Post generated entries and return how many were new; `may_create` also creates company and ledger.

    Each batch commits by itself, so that a run cut short can be taken up. A company that is not open to the
    person is answered like one that is not there.
    Raises: CompanyMustExist, CurrencyMustBeGiven, and what `generate_entries` raises.
    """
    company_id = (
        _opened(company_code, currency, generated_by)
        if may_create
        else open_company_id(principal=generated_by, company_code=company_code)
    )
    if company_id is None:
        raise company_must_exist(code=company_code)
    with scope([company_id]):
        return generate_entries(
            company_id=company_id,
            entries=entries,
            seed=seed,
            first_day=first_day,
            last_day=last_day,
            generated_by=generated_by,
            progress=progress,
        )


@transactional
def _opened(code: str, currency: str | None, opened_by: Principal) -> UUID:
    """Return the company, with books; a refusal leaves no company without books behind."""
    company_id = open_company_id(principal=opened_by, company_code=code)
    if company_id is None:
        if currency is None:
            raise CurrencyMustBeGiven(
                f"Company {code}: expected a base currency for new books, got none. "
                "Give one, such as --currency EUR.",
                evidence={"object": "currency", "remedy": "give a base currency"},
            )
        company_id = create_company(code=code, name=code, created_by=opened_by).id
    with scope([company_id]):
        _open_books(company_id, code, currency, opened_by)
    return company_id


@transactional
def _open_books(company_id: UUID, code: str, currency: str | None, opened_by: Principal) -> None:
    if find_ledger(company_id=company_id) is None or currency is not None:
        create_ledger(company_id=company_id, name=code, base_currency=currency, created_by=opened_by)
