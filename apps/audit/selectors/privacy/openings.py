# SPDX-License-Identifier: Apache-2.0
"""Texts beside leaves, opened for whoever may read them."""

from collections.abc import Callable, Sequence
from functools import cache
from uuid import UUID

from django.db import connection

from apps.audit.domain.archive.frame import Opening
from apps.audit.domain.privacy.sealed_text import TextPlace, open_subject_key, unsealed
from cortex.database.transactions import transactional
from cortex.ports.key_management import DataKey

# A sealed text comes with its key or not at all: the database deletes both together.
_SELECT = """
SELECT d.leaf_id, d.name, d.salt, d.value, d.sealed, k.id, k.wrapped_key FROM audit_detail d
  LEFT JOIN audit_subject_key k ON k.company_id = d.company_id AND k.id = d.key_id
 WHERE d.company_id = %s AND d.leaf_id = ANY(%s) ORDER BY d.leaf_id, d.name COLLATE "C"
"""
_Row = tuple[UUID, str, bytes | None, str | None, bytes | None, UUID, bytes]
_KeyOf = Callable[[UUID, bytes], DataKey]


def openings_of(*, company_id: UUID, leaf_ids: Sequence[UUID]) -> list[Opening]:
    """Return the texts of these leaves that were not erased, in the order of leaves and names.

    Raises: VaultMustBeReachable, TextMustBeIntact.
    """
    rows = _rows(company_id, leaf_ids)

    @cache
    def key_of(key_id: UUID, wrapped: bytes) -> DataKey:
        return open_subject_key(company_id=company_id, key_id=key_id, wrapped=wrapped)

    return [_opening(company_id, row, key_of) for row in rows]


@transactional
def _rows(company_id: UUID, leaf_ids: Sequence[UUID]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [company_id, list(leaf_ids)])
        return list(cursor.fetchall())


def _opening(company_id: UUID, row: _Row, key_of: _KeyOf) -> Opening:
    leaf_id, name, salt, value, content, key_id, wrapped = row
    if salt is not None and value is not None:
        return Opening(leaf_id, name, bytes(salt), value)
    place = TextPlace(company_id, leaf_id, name)
    opened = unsealed(key=key_of(key_id, bytes(wrapped)), place=place, content=bytes(content or b""))
    return Opening(leaf_id, name, *opened)
