# SPDX-License-Identifier: Apache-2.0
"""A company to try everything on: believable books, three people, one program."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.selectors.periods import list_periods
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.generate_entries import generate_entries
from apps.accounting.services.import_journal import Progress, no_progress
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.database.transactions import transactional
from cortex.identity.create_user import create_user
from cortex.identity.memberships import grant_membership
from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.scopes import usual_scopes
from cortex.tenancy.companies import company_id_for, create_company
from cortex.tenancy.scope import scope

CODE, NAME, CURRENCY, LOCALE = "DEMO", "Demo Trading Ltd", "EUR", "en"
ENTRIES, SEED = 900, 20
CLIENT = "demo-service"
LOCKED_MONTHS = 6


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """Whether the demo was made now, and how many entries it holds then."""

    was_created: bool
    entries: int


@transactional
def create_demo_company(
    *, today: date, created_by: Principal, progress: Progress = no_progress
) -> DemoSummary:
    """Create company DEMO with its books up to `today`, people and client; once made, it is left alone.

    One transaction: a demo cut short leaves nothing behind. Alice keeps the books and administers the
    platform, Bob audits, Charlie belongs to no company.
    """
    if company_id_for(code=CODE) is not None:
        return DemoSummary(was_created=False, entries=0)
    company_id = create_company(code=CODE, name=NAME, created_by=created_by).id
    with scope([company_id]):
        entries = _fill(company_id, today, created_by, progress)
        _people(company_id, created_by)
    return DemoSummary(was_created=True, entries=entries)


@transactional
def _fill(company_id: UUID, today: date, created_by: Principal, progress: Progress) -> int:
    create_ledger(
        company_id=company_id,
        name="Main ledger",
        base_currency=CURRENCY,
        created_by=created_by,
        locale=LOCALE,
    )
    entries = generate_entries(
        company_id=company_id,
        entries=ENTRIES,
        seed=SEED,
        first_day=date(today.year - 1, 1, 1),
        last_day=today,
        generated_by=created_by,
        progress=progress,
    )
    newest = list_journal_entries(
        company_id=company_id, filters=EntryFilters(), reader=None, limit=1
    ).entries[0]
    reverse_journal_entry(
        company_id=company_id,
        entry_id=newest.id,
        reversed_by=created_by,
        narration=f"Posted twice by mistake: {newest.narration}",
    )
    _close(company_id, today, created_by)
    return entries + 1


def _close(company_id: UUID, today: date, created_by: Principal) -> None:
    """Close last year, lock its first half, and soft-close the month before this one."""
    periods = list_periods(company_id=company_id, reader=None)
    last_year = [period for period in periods if period.end_date.year < today.year]
    for period in last_year:
        close_period(company_id=company_id, period_code=period.code, closed_by=created_by)
    for period in last_year[:LOCKED_MONTHS]:
        lock_period(company_id=company_id, period_code=period.code, locked_by=created_by)
    this_year_past = [
        period for period in periods[len(last_year) :] if period.end_date < today.replace(day=1)
    ]
    for period in this_year_past[-1:]:
        close_period(company_id=company_id, period_code=period.code, closed_by=created_by, is_soft=True)


def _people(company_id: UUID, created_by: Principal) -> None:
    alice = create_user(username="alice", full_name="Alice Keeper", created_by=created_by)
    bob = create_user(username="bob", full_name="Bob Auditor", created_by=created_by)
    create_user(username="charlie", full_name="Charlie Outsider", created_by=created_by)
    # Keeps no books, so that Alice, who does, starts without the second factor that the platform asks for.
    create_user(
        username="olivia", full_name="Olivia Operator", is_platform_administrator=True, created_by=created_by
    )
    service = create_user(username=CLIENT, full_name="Demo service", kind="service", created_by=created_by)
    for user, role in ((alice, "controller"), (bob, "auditor"), (service, "accountant")):
        grant_membership(company_id=company_id, user_id=user.id, roles=[role], granted_by=created_by)
    create_client(
        client_id=CLIENT,
        name="Demo service",
        user=service,
        scopes=usual_scopes(),
        created_by=created_by,
    )
