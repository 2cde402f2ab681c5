# SPDX-License-Identifier: Apache-2.0
"""Parties, by id or by their exact name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounting.domain.party_name import UNREADABLE
from apps.accounting.selectors.party_names import StoredName, name_indexes, shown_names
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional

_PAGE = """
SELECT party_id, name, name_key_id, name_sealed FROM accounting_party_name
 WHERE company_id = %s AND party_id > %s ORDER BY party_id LIMIT %s
"""
_NEWEST = """
SELECT party_id, name, name_key_id, name_sealed FROM accounting_party_name
 WHERE company_id = %s ORDER BY party_id DESC LIMIT %s
"""
# One statement, so that a name that is being sealed is seen once, in the clear or sealed.
_NAMED = """
SELECT party_id, name_index, NULL FROM accounting_party_name WHERE company_id = %s AND name_index = ANY(%s)
 UNION ALL
SELECT party_id, NULL, name FROM accounting_party_name WHERE company_id = %s AND name = ANY(%s)
"""
_LEAST_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party whose name was not erased; the name is UNREADABLE while the keeper of keys does not answer."""

    id: UUID
    name: str


@transactional
def list_parties(*, company_id: UUID, after: UUID | None = None, limit: int = 50) -> list[PartyRow]:
    """Return up to `limit` parties after the id `after`, in the order in which they came.

    Names are sealed: the database can put them into no order.
    """
    return _shown(company_id, _PAGE, [company_id, after or _LEAST_ID, limit])


@transactional
def offered_parties(*, company_id: UUID, limit: int) -> list[PartyRow]:
    """Return the newest `limit` parties whose names can be read now, by name."""
    rows = _shown(company_id, _NEWEST, [company_id, limit])
    return sorted((row for row in rows if row.name != UNREADABLE), key=lambda row: row.name)


@transactional
def parties_named(*, company_id: UUID, names: Collection[str], may_make: bool = False) -> dict[str, UUID]:
    """Return the party of each name that there is; names are equal byte by byte.

    `may_make`: for whoever adds names next, and needs the key of the index. Raises: PartyNamesMustBeReadable.
    """
    indexes = name_indexes(company_id=company_id, names=names, may_make=may_make)
    name_of = {index: name for name, index in indexes.items()}
    with prepared_cursor() as cursor:
        cursor.execute(_NAMED, [company_id, list(name_of), company_id, list(names)])
        return {
            name if index is None else name_of[bytes(index)]: party_id
            for party_id, index, name in cursor.fetchall()
        }


def _shown(company_id: UUID, statement: str, parameters: list[Any]) -> list[PartyRow]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        stored = [StoredName.of(*row) for row in cursor.fetchall()]
    names = shown_names(company_id=company_id, stored=stored)
    return [PartyRow(each.party_id, names[each.party_id]) for each in stored]
