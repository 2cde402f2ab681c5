# SPDX-License-Identifier: Apache-2.0
"""Posted entries in pages, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from apps.accounting.selectors.journal_entry import EntryView, fetch_entries
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

# The index of entries by date begins with the ledger.
_OF_THE_LEDGER = (
    "WHERE e.company_id = %s"
    " AND e.ledger_id = (SELECT id FROM accounting_ledger WHERE company_id = %s ORDER BY code LIMIT 1)"
)


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
    """A page of entries; `next` is where to go on, or None at the end, `previous` the same backwards."""

    entries: Sequence[EntryView]
    next: EntryPosition | None
    previous: EntryPosition | None = None


@transactional
def list_journal_entries(
    *,
    company_id: UUID,
    filters: EntryFilters,
    reader: Principal | None,
    after: EntryPosition | None = None,
    before: EntryPosition | None = None,
    limit: int = 50,
) -> EntryPage:
    """Return up to `limit` entries after a position, or else those just before one; newest first.

    Only those that `reader` may see are there and gone on from; None where a service reads for itself.
    """
    is_backwards = after is None and before is not None
    conditions, parameters = _conditions(filters, after, before)
    order = "ASC" if is_backwards else "DESC"
    entries = fetch_entries(
        condition=_OF_THE_LEDGER + "".join(conditions),
        parameters=[company_id, company_id, *parameters],
        company_id=company_id,
        reader=reader,
        order=f"ORDER BY e.accounting_date {order}, e.id {order}",
        limit=limit + 1,
    )
    page, has_more = entries[:limit], len(entries) > limit
    if is_backwards:
        page.reverse()
    # Going on, the place that was come from lies behind; going back, the same the other way round.
    return EntryPage(
        page,
        next=_position(page, -1) if has_more or is_backwards else None,
        previous=_position(page, 0) if after is not None or (is_backwards and has_more) else None,
    )


def _position(page: Sequence[EntryView], index: int) -> EntryPosition | None:
    return EntryPosition(page[index].accounting_date, page[index].id) if page else None


def _conditions(
    filters: EntryFilters, after: EntryPosition | None, before: EntryPosition | None
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    for condition, value in (
        (" AND j.code = %s", filters.journal_code),
        (" AND e.accounting_date >= %s", filters.from_date),
        (" AND e.accounting_date <= %s", filters.to_date),
        (" AND e.reference = %s", filters.reference),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    for sign, position in (("<", after), (">", before if after is None else None)):
        if position is not None:
            conditions.append(f" AND (e.accounting_date, e.id) {sign} (%s, %s)")
            parameters += [position.accounting_date, position.id]
    return conditions, parameters
