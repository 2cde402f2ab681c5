# SPDX-License-Identifier: Apache-2.0
"""Parties by name."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party whose name was not erased."""

    id: UUID
    name: str


@transactional
def list_parties(*, company_id: UUID, after: str | None = None, limit: int = 50) -> list[PartyRow]:
    """Return up to `limit` parties whose names come after `after`, in byte order; names are unique."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT party_id, name FROM accounting_party_name"
            " WHERE company_id = %s AND name > %s ORDER BY name LIMIT %s",
            [company_id, after or "", limit],
        )
        return [PartyRow(*row) for row in cursor.fetchall()]
