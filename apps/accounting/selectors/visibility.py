# SPDX-License-Identifier: Apache-2.0
"""What of the books somebody may see, as conditions on their rows.

`reader` is None where a service reads for its own verb, which was authorised by itself: shells always name
whoever looks.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.accounting.domain.errors import WholeBooksMustBeVisible
from apps.accounting.domain.policy_names import ACCOUNT, ENTRY, PERIOD, READ_BOOKS
from apps.accounting.models import Account, FiscalPeriod, JournalEntry
from cortex.policy.filters.truth import Condition
from cortex.policy.filters.visible import Place, visibility, visible_in_sql
from cortex.ports.principal import Principal

_ROWS: Mapping[str, QuerySet[Any]] = {
    ENTRY: JournalEntry.objects.all(),
    ACCOUNT: Account.objects.all(),
    PERIOD: FiscalPeriod.objects.all(),
}


def only_visible(
    entity_type: str, *, reader: Principal | None, company_id: UUID, column: str, alias: str | None = None
) -> tuple[str, list[Any]]:
    """Return the end of a WHERE that leaves what the reader may see, and its parameters.

    `column` is the id of the row as the statement names it, and `alias` its table, where that stands there.
    """
    return only_visible_each(entity_type, reader=reader, company_id=company_id, places=[(column, alias)])[0]


def only_visible_each(
    entity_type: str, *, reader: Principal | None, company_id: UUID, places: Sequence[Place]
) -> list[tuple[str, list[Any]]]:
    """Return the same for each of several places of one statement; the policies are asked once."""
    if reader is None:
        return [("", [])] * len(places)
    return visible_in_sql(
        principal=reader,
        action=READ_BOOKS,
        company_id=company_id,
        entity_type=entity_type,
        rows=_ROWS[entity_type].filter(company_id=company_id),
        places=places,
    )


def sees_whole_books(*, reader: Principal | None, company_id: UUID) -> bool:
    """Return whether no entry and no account is hidden from the reader."""
    return all(_condition(entity_type, reader, company_id) is True for entity_type in (ENTRY, ACCOUNT))


def require_no_part_of_books(*, reader: Principal, company_id: UUID) -> None:
    """Refuse whoever sees a part of the books; raises WholeBooksMustBeVisible.

    For what is a right of its own and holds the whole: whoever reads no books at all may have it.
    """
    seen = {_condition(entity_type, reader, company_id) is True for entity_type in (ENTRY, ACCOUNT)}
    none = {_condition(entity_type, reader, company_id) is False for entity_type in (ENTRY, ACCOUNT)}
    if seen != {True} and none != {True}:
        raise _whole_books_must_be_visible()


def require_whole_books(*, reader: Principal | None, company_id: UUID) -> None:
    """Refuse sums to whoever does not see all that is summed; raises WholeBooksMustBeVisible."""
    if not sees_whole_books(reader=reader, company_id=company_id):
        raise _whole_books_must_be_visible()


def _whole_books_must_be_visible() -> WholeBooksMustBeVisible:
    return WholeBooksMustBeVisible(
        "Report over the whole books: expected somebody who may see all entries and accounts, got one "
        "who may see some. Ask a controller for the report.",
        evidence={"object": "books", "remedy": "ask a controller for the report"},
    )


def _condition(entity_type: str, reader: Principal | None, company_id: UUID) -> Condition:
    if reader is None:
        return True
    return visibility(principal=reader, action=READ_BOOKS, company_id=company_id, entity_type=entity_type)
