# SPDX-License-Identifier: Apache-2.0
"""Seal what is still in the clear, and bring every subject's key under the latest version of what wraps it.

It may be stopped and started again at any time: each step is a transaction, and a finished one is skipped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.audit.adapters.privacy.sealed_details import Detail, sealed_texts
from apps.audit.domain.privacy.sealed_text import key_context
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.tenancy.scope import scope

BATCH = 200
_CLEAR = """
SELECT d.company_id, d.leaf_id, e.object_id, d.name, d.salt, d.value
  FROM audit_detail d JOIN audit_entry e ON e.leaf_id = d.leaf_id
 WHERE d.value IS NOT NULL AND d.company_id = coalesce(%s, (
   SELECT company_id FROM audit_detail WHERE value IS NOT NULL ORDER BY company_id LIMIT 1))
 ORDER BY d.leaf_id, d.name LIMIT %s
"""
_SEAL = """
UPDATE audit_detail SET key_id = %s, salt = %s, value = %s, sealed = %s
 WHERE company_id = %s AND leaf_id = %s AND name = %s AND value IS NOT NULL
"""
_NEXT = """
SELECT company_id, id, wrapped_key FROM audit_subject_key
 WHERE (company_id, id) > (%s, %s) AND company_id = coalesce(%s, company_id) ORDER BY company_id, id LIMIT %s
"""
_COUNT = "SELECT count(*) FROM audit_subject_key WHERE company_id = %s"
_REWRAP = (
    "UPDATE audit_subject_key SET wrapped_key = %s WHERE company_id = %s AND id = %s AND wrapped_key = %s"
)
_Key = tuple[UUID, UUID, bytes]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Renewal:
    """How many texts were sealed, how many keys were seen, and how many of them were wrapped anew."""

    sealed: int
    keys: int
    rewrapped: int


def count_keys(*, company_id: UUID) -> int:
    """Return how many subjects of the company have a key."""
    with service_transaction() as cursor:
        cursor.execute(_COUNT, [company_id])
        return int(cursor.fetchone()[0])


def renew_texts(*, company_id: UUID | None = None, tell: Tell = lambda _keys: None) -> Renewal:
    """Renew one company or all and return what was done.

    `tell` is called with how many keys were seen so far. Raises: VaultMustBeReachable.
    """
    sealed = 0
    while details := _next_clear(company_id):
        sealed += _seal(details)
    keys, rewrapped, place = 0, 0, (UUID(int=0), UUID(int=0))
    while batch := _next_keys(place, company_id):
        keys, place = keys + len(batch), batch[-1][:2]
        rewrapped += sum(_rewrapped(key) for key in batch)
        tell(keys)
    return Renewal(sealed, keys, rewrapped)


def _next_clear(company_id: UUID | None) -> list[Detail]:
    with service_transaction() as cursor:
        cursor.execute(_CLEAR, [company_id, BATCH])
        return [
            Detail(company_id, leaf_id, subject_id, name, bytes(salt), value)
            for company_id, leaf_id, subject_id, name, salt, value in cursor.fetchall()
        ]


def _seal(details: Sequence[Detail]) -> int:
    with scope([details[0].company_id]):
        stored = transactional(sealed_texts)(details)
    rows = [
        (*text, detail.company_id, detail.leaf_id, detail.name)
        for detail, text in zip(details, stored, strict=True)
    ]
    with service_transaction() as cursor:
        cursor.executemany(_SEAL, rows)
    return len(rows)


def _next_keys(place: tuple[UUID, UUID], company_id: UUID | None) -> list[_Key]:
    with service_transaction() as cursor:
        cursor.execute(_NEXT, [*place, company_id, BATCH])
        return [(company_id, key_id, bytes(wrapped)) for company_id, key_id, wrapped in cursor.fetchall()]


def _rewrapped(key: _Key) -> int:
    """Wrap one key anew unless it is the latest already; no transaction waits for the vault."""
    company_id, key_id, before = key
    context = key_context(company_id=company_id, key_id=key_id)
    after = get(KeyManagement).rewrap(ciphertext=before, context=context)
    if after == before:
        return 0
    with service_transaction() as cursor:
        cursor.execute(_REWRAP, [after, company_id, key_id, before])
        return int(cursor.rowcount)
