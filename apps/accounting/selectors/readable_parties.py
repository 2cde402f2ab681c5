# SPDX-License-Identifier: Apache-2.0
"""Parties as plugins may read them: names are sealed, so that they can be read and not searched."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apps.accounting.domain.policy_names import READ_BOOKS
from apps.accounting.models import Party
from apps.accounting.selectors.party_names import StoredName, shown_names
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.ports.readable_entities import Bound, FieldType, ReadableEntity, readable

_NAME = ("id", "party_name__name", "party_name__name_key_id", "party_name__name_sealed")


def declare_readable_parties() -> None:
    """Register parties."""
    readable(
        ReadableEntity(
            name="accounting.party",
            title="Parties",
            action=READ_BOOKS,
            fields={"id": FieldType.ID, "name": FieldType.TEXT},
            unsearchable=frozenset({"name"}),
            read=_read,
        )
    )


@transactional
def _read(
    *, company_id: UUID, fields: Sequence[str], where: Sequence[Bound], limit: int, reader: Principal
) -> list[dict[str, Any]]:
    # No policy hides single parties: whoever reads the books reads them.
    del reader
    rows = Party.objects.filter(company_id=company_id)
    for bound in where:
        rows = rows.filter(id=bound.value)
    found = list(rows.order_by("-id").values_list(*_NAME)[:limit])
    names = shown_names(company_id=company_id, stored=[StoredName.of(*row) for row in found])
    told = [{"id": row[0], "name": names.get(row[0])} for row in found]
    return [{field: row[field] for field in fields} for row in told]
