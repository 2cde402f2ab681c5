# SPDX-License-Identifier: Apache-2.0
"""Entries, accounts and periods as policies see them, one by one and in lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.accounting.domain.policy_names import ACCOUNT, ENTRY, PERIOD, READ_BOOKS
from apps.accounting.models import Account, FiscalPeriod, JournalEntry
from cortex.database.transactions import transactional
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.actors import CLIENT, USER, person_in, program_in
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.policy.object_grants import people_with, shared_with
from cortex.ports.authorizer import Resource
from cortex.ports.principal import person_behind, program_behind

COMPANY = "Cortex::Company"
_LISTED_BY = frozenset({READ_BOOKS})
_OF_COMPANY = Column("company_id", COMPANY, stored=exact_uuid)
_ID = Column("id", stored=exact_uuid)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_entries(), _accounts(), _periods())
    load_entities_with(ENTRY, _entry)
    load_entities_with(ACCOUNT, _account)
    load_entities_with(PERIOD, _period)


def entry_as_resource(entry: JournalEntry) -> Resource:
    """Return a posted entry as policies see it; journal and period are read with it."""
    company = Resource(COMPANY, str(entry.company_id))
    attributes: dict[str, Any] = {
        "company": company,
        "journal": entry.journal.code,
        "period": period_as_resource(entry.period),
        "is_cancellation": entry.is_cancellation,
        "viewers": people_with(JournalEntry, "view_journalentry", object_id=str(entry.id)),
    }
    # Through a program in a person's name it is both: what a policy says of either holds.
    if (person := person_behind(entry.posted_by)) is not None:
        attributes["posted_by"] = Resource(USER, person)
    if (program := program_behind(entry.posted_by)) is not None:
        attributes["posted_through"] = Resource(CLIENT, program)
    if entry.reference is not None:
        attributes["reference"] = entry.reference
    return Resource(ENTRY, str(entry.id), attributes)


def account_as_resource(account: Account) -> Resource:
    """Return an account as policies see it."""
    return Resource(
        ACCOUNT,
        str(account.id),
        {
            "company": Resource(COMPANY, str(account.company_id)),
            "code": account.code,
            "kind": account.type,
            "is_bank_or_cash": account.is_bank_or_cash,
            "is_active": account.is_active,
            "viewers": people_with(Account, "view_account", object_id=str(account.id)),
        },
    )


def period_as_resource(period: FiscalPeriod) -> Resource:
    """Return a period as policies see it."""
    company = Resource(COMPANY, str(period.company_id))
    return Resource(PERIOD, str(period.id), {"company": company, "code": period.code, "state": period.state})


def _entries() -> EntityColumns:
    return EntityColumns(
        ENTRY,
        actions=_LISTED_BY,
        id=_ID,
        attributes={
            "company": _OF_COMPANY,
            "journal": Column("journal__code"),
            "period": Column("period_id", PERIOD, stored=exact_uuid),
            "period.code": Column("period__code"),
            "period.state": Column("period__state"),
            "is_cancellation": Column("is_cancellation"),
            "reference": Column("reference", is_nullable=True),
            "posted_by": person_in("posted_by"),
            "posted_through": program_in("posted_by"),
            "viewers": shared_with(JournalEntry, "view_journalentry"),
        },
    )


def _accounts() -> EntityColumns:
    return EntityColumns(
        ACCOUNT,
        actions=_LISTED_BY,
        id=_ID,
        attributes={
            "company": _OF_COMPANY,
            "code": Column("code"),
            "kind": Column("type"),
            "is_bank_or_cash": Column("is_bank_or_cash"),
            "is_active": Column("is_active"),
            "viewers": shared_with(Account, "view_account"),
        },
    )


def _periods() -> EntityColumns:
    attributes = {"company": _OF_COMPANY, "code": Column("code"), "state": Column("state")}
    return EntityColumns(PERIOD, actions=_LISTED_BY, id=_ID, attributes=attributes)


@transactional
def _entry(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = _one(JournalEntry.objects.select_related("journal", "period"), company_id, object_id)
    return None if found is None else entry_as_resource(found).attributes


@transactional
def _account(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = _one(Account.objects.all(), company_id, object_id)
    return None if found is None else account_as_resource(found).attributes


@transactional
def _period(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = _one(FiscalPeriod.objects.all(), company_id, object_id)
    return None if found is None else period_as_resource(found).attributes


def _one(rows: QuerySet[Any], company_id: UUID | None, object_id: str) -> Any:
    return rows.filter(company_id=company_id, id=object_id).first()
