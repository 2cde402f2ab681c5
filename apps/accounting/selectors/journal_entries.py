# SPDX-License-Identifier: Apache-2.0
"""Posted entries in pages, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from apps.accounting.selectors.journal_entry import EntryView, fetch_entries
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """Which entries; None does not filter. Both dates are inclusive."""

    journal_code: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class EntryPosition:
    """An entry's place in the list: date, and id as the tie-breaker."""

    accounting_date: date
    id: UUID


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries; `next` is where to go on, or None at the end."""

    entries: Sequence[EntryView]
    next: EntryPosition | None


@transactional
def list_journal_entries(
    *, company_id: UUID, filters: EntryFilters, after: EntryPosition | None = None, limit: int = 50
) -> EntryPage:
    """Return up to `limit` entries after a position, newest first."""
    conditions, parameters = _conditions(filters, after)
    entries = fetch_entries(
        "WHERE e.company_id = %s"
        + "".join(conditions)
        + " ORDER BY e.accounting_date DESC, e.id DESC LIMIT %s",
        [company_id, *parameters, limit + 1],
    )
    page = entries[:limit]
    last = page[-1] if len(entries) > limit else None
    return EntryPage(page, EntryPosition(last.accounting_date, last.id) if last else None)


def _conditions(filters: EntryFilters, after: EntryPosition | None) -> tuple[list[str], list[Any]]:
    conditions, parameters = [], []
    for condition, value in (
        (" AND j.code = %s", filters.journal_code),
        (" AND e.accounting_date >= %s", filters.from_date),
        (" AND e.accounting_date <= %s", filters.to_date),
        (" AND e.reference = %s", filters.reference),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    if after is not None:
        conditions.append(" AND (e.accounting_date, e.id) < (%s, %s)")
        parameters += [after.accounting_date, after.id]
    return conditions, parameters
