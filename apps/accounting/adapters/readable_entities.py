# SPDX-License-Identifier: Apache-2.0
"""What plugins may read of the books: fields by name, and rows as far as policies let the reader see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.domain.policy_names import ACCOUNT, ENTRY, PERIOD
from apps.accounting.models import Account, FiscalPeriod, JournalEntry, JournalLine
from cortex.database.transactions import transactional
from cortex.policy.filters.visible import visible
from cortex.ports.principal import Principal
from cortex.ports.readable_entities import Bound, FieldType, ReadableEntity, readable

_LOOKUPS = {"": "", "_from": "__gte", "_to": "__lt"}
_ID, _TEXT, _DATE, _NUMBER = FieldType.ID, FieldType.TEXT, FieldType.DATE, FieldType.INTEGER


@dataclass(frozen=True, slots=True)
class _Source:
    """Where rows come from: fields as paths from the row, the order, and what policies hide rows by."""

    rows: QuerySet[Any]
    paths: Mapping[str, tuple[str, FieldType]]
    order: tuple[str, ...]
    entity_type: str


_ACCOUNTS = _Source(
    Account.objects.all(),
    {
        "id": ("id", _ID),
        "code": ("code", _TEXT),
        "name": ("name", _TEXT),
        "type": ("type", _TEXT),
        "parent_id": ("parent_id", _ID),
        "is_bank_or_cash": ("is_bank_or_cash", FieldType.BOOLEAN),
        "is_active": ("is_active", FieldType.BOOLEAN),
    },
    ("-id",),
    ACCOUNT,
)
_ENTRIES = _Source(
    JournalEntry.objects.all(),
    {
        "id": ("id", _ID),
        "number": ("number", _NUMBER),
        "accounting_date": ("accounting_date", _DATE),
        "reference": ("reference", _TEXT),
        "journal": ("journal__code", _TEXT),
        "fiscal_year": ("fiscal_year__code", _TEXT),
        "period": ("period__code", _TEXT),
        "narration": ("text__narration", _TEXT),
        "reverses_id": ("reverses_id", _ID),
        "is_cancellation": ("is_cancellation", FieldType.BOOLEAN),
        "line_count": ("line_count", _NUMBER),
        "posted_by": ("posted_by", _TEXT),
        "recorded_at": ("recorded_at", FieldType.INSTANT),
    },
    ("-accounting_date", "-id"),
    ENTRY,
)
_LINES = _Source(
    JournalLine.objects.all(),
    {
        "entry_id": ("entry_id", _ID),
        "line_no": ("line_no", _NUMBER),
        "number": ("entry__number", _NUMBER),
        "accounting_date": ("accounting_date", _DATE),
        "account": ("account__code", _TEXT),
        "account_type": ("account__type", _TEXT),
        "party_id": ("party_id", _ID),
        "currency": ("currency", _TEXT),
        "amount_minor": ("amount_minor", _NUMBER),
        "reverses_id": ("entry__reverses_id", _ID),
    },
    ("-accounting_date", "-entry_id", "line_no"),
    ENTRY,
)
_PERIODS = _Source(
    FiscalPeriod.objects.all(),
    {
        "id": ("id", _ID),
        "code": ("code", _TEXT),
        "fiscal_year": ("fiscal_year__code", _TEXT),
        "start_date": ("start_date", _DATE),
        "end_date": ("end_date", _DATE),
        "state": ("state", _TEXT),
    },
    ("-start_date", "-id"),
    PERIOD,
)


def declare_readable() -> None:
    """Register what plugins may read of the books."""
    readable(
        _entity("accounting.account", "Accounts", _ACCOUNTS),
        _entity("accounting.journal_entry", "Posted entries", _ENTRIES),
        _entity("accounting.entry_line", "Lines of posted entries", _LINES),
        _entity("accounting.fiscal_period", "Fiscal periods", _PERIODS),
    )


def _entity(name: str, title: str, source: _Source) -> ReadableEntity:
    types = {field: kind for field, (_, kind) in source.paths.items()}
    return ReadableEntity(name=name, title=title, action=READ, fields=types, read=partial(_read, source))


@transactional
def _read(
    source: _Source,
    *,
    company_id: UUID,
    fields: Sequence[str],
    where: Sequence[Bound],
    limit: int,
    reader: Principal,
) -> list[dict[str, Any]]:
    rows = _visible(source, company_id, reader)
    for bound in where:
        rows = rows.filter(**{source.paths[bound.field][0] + _LOOKUPS[bound.comparison]: bound.value})
    paths = [source.paths[field][0] for field in fields]
    found = rows.order_by(*source.order).values_list(*paths)[:limit]
    return [dict(zip(fields, row, strict=True)) for row in found]


def _visible(source: _Source, company_id: UUID, reader: Principal) -> QuerySet[Any]:
    rows = source.rows.filter(company_id=company_id)
    if source is not _LINES:
        return _seen(rows, source.entity_type, company_id, reader)
    # A line is seen by whoever sees its entry and its account.
    entries = _seen(JournalEntry.objects.filter(company_id=company_id), ENTRY, company_id, reader)
    accounts = _seen(Account.objects.filter(company_id=company_id), ACCOUNT, company_id, reader)
    return rows.filter(entry__in=entries, account__in=accounts)


def _seen(rows: QuerySet[Any], entity_type: str, company_id: UUID, reader: Principal) -> QuerySet[Any]:
    return visible(rows, principal=reader, action=READ, company_id=company_id, entity_type=entity_type)
