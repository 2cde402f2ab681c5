# SPDX-License-Identifier: Apache-2.0
"""Data keys of a company and class: read, made when there is none, unwrapped by the keeper of keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cortex.database.statements import prepared_cursor
from cortex.ids import uuid7
from cortex.ports.key_management import Context, DataKey, KeyManagement
from cortex.ports.registry import get
from cortex.sealed_fields.open_keys import open_keys

# The key that wraps those of files wraps these, too: an installation with a vault has it already.
WRAPPING_KEY = "cortex-files"
ENCRYPTION, INDEX = "encryption", "index"
# Asked for at each use, never remembered: a key that was made in a transaction that failed must not make
# an index, or the same text would be found no more.
_NEWEST = """
SELECT id, wrapped_key FROM sealed_fields_key
 WHERE company_id = %s AND key_class = %s AND purpose = %s ORDER BY version DESC LIMIT 1
"""
_BY_ID = "SELECT id, wrapped_key FROM sealed_fields_key WHERE company_id = %s AND id = ANY(%s)"
_MAKE = """
INSERT INTO sealed_fields_key (company_id, id, key_class, purpose, version, wrapped_key)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (company_id, key_class, purpose, version) DO NOTHING
"""
_VERSION = """
SELECT max(version) FROM sealed_fields_key WHERE company_id = %s AND key_class = %s AND purpose = %s
"""


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A key with its id."""

    id: UUID
    key: DataKey


def find_key(*, company_id: UUID, key_class: str, purpose: str) -> FieldKey | None:
    """Return the newest key, None where none was made yet; raises VaultMustBeReachable, KeyMustExist."""
    with prepared_cursor() as cursor:
        cursor.execute(_NEWEST, [company_id, key_class, purpose])
        row = cursor.fetchone()
    return None if row is None else FieldKey(row[0], _opened(company_id, row[0], bytes(row[1])))


def find_or_make_key(*, company_id: UUID, key_class: str, purpose: str) -> FieldKey:
    """Return the newest key, or the first; raises VaultMustBeReachable, KeyMustExist."""
    found = find_key(company_id=company_id, key_class=key_class, purpose=purpose)
    if found is not None:
        return found
    _make(company_id, key_class, purpose, version=1)
    # Read again: another transaction may have made one a moment ago, and that one counts.
    found = find_key(company_id=company_id, key_class=key_class, purpose=purpose)
    assert found is not None  # noqa: S101 - it, or another's, was inserted above
    return found


def replace_encryption_key(*, company_id: UUID, key_class: str) -> bool:
    """Make the next version of a key in the running transaction, and return whether there was one before.

    What is sealed later is sealed under it; the renewal brings the rest. Raises: VaultMustBeReachable.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [company_id, key_class, ENCRYPTION])
        (version,) = cursor.fetchone()
    if version is not None:
        _make(company_id, key_class, ENCRYPTION, version=version + 1)
    return version is not None


def _make(company_id: UUID, key_class: str, purpose: str, *, version: int) -> None:
    key_id = uuid7()
    context = key_context(company_id=company_id, key_id=key_id)
    key = get(KeyManagement).generate_data_key(key_id=WRAPPING_KEY, context=context)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [company_id, key_id, key_class, purpose, version, key.wrapped])


def keys_by_id(*, company_id: UUID, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey]:
    """Return each key that is there, by its id; raises VaultMustBeReachable, KeyMustExist."""
    kept = {key_id: open_keys.find(company_id=company_id, key_id=key_id) for key_id in key_ids}
    found = {key_id: key for key_id, key in kept.items() if key is not None}
    if missing := list(kept.keys() - found.keys()):
        with connection.cursor() as cursor:
            cursor.execute(_BY_ID, [company_id, missing])
            rows = cursor.fetchall()
        found |= {key_id: _opened(company_id, key_id, bytes(wrapped)) for key_id, wrapped in rows}
    return found


def key_context(*, company_id: UUID, key_id: UUID) -> Context:
    """Return what the wrapped key belongs to."""
    return {"company": str(company_id), "object": f"sealed_fields_key/{key_id}"}


def _opened(company_id: UUID, key_id: UUID, wrapped: bytes) -> DataKey:
    key = open_keys.find(company_id=company_id, key_id=key_id)
    if key is None:
        context = key_context(company_id=company_id, key_id=key_id)
        key = get(KeyManagement).open_data_key(wrapped=wrapped, context=context)
        open_keys.keep(company_id=company_id, key_id=key_id, key=key)
    return key
