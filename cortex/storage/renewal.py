# SPDX-License-Identifier: Apache-2.0
"""Bring every stored file under the latest version of the key: after a rotation, or once from the clear.

It may be stopped and started again at any time: each file is a transaction, and a finished one is skipped.
"""

from collections.abc import Callable
from uuid import UUID

from cortex.database.service_role import service_transaction
from cortex.storage.envelope import Envelope, renewed

# Reads the wrapped keys alone; the content of a file is read only where it is still in the clear.
_NEXT = """
SELECT company_id, id, wrapped_key, CASE WHEN wrapped_key IS NULL THEN content ELSE '' END
  FROM storage_stored_file WHERE (company_id, id) > (%s, %s) ORDER BY company_id, id LIMIT 1
"""
_ENCRYPT = """
UPDATE storage_stored_file SET content = %s, wrapped_key = %s
 WHERE company_id = %s AND id = %s AND wrapped_key IS NULL
"""
_REWRAP = """
UPDATE storage_stored_file SET wrapped_key = %s WHERE company_id = %s AND id = %s AND wrapped_key = %s
"""
_BEGINNING = UUID(int=0)
Tell = Callable[[int], None]


def count_stored_files(*, company_id: UUID) -> int:
    """Return how many files the company has."""
    with service_transaction() as cursor:
        cursor.execute("SELECT count(*) FROM storage_stored_file WHERE company_id = %s", [company_id])
        return int(cursor.fetchone()[0])


def renew_stored_files(*, company_id: UUID | None = None, tell: Tell = lambda _seen: None) -> tuple[int, int]:
    """Return how many files were seen and how many were changed, of one company or of all.

    `tell` is called with how many were seen so far. Raises: VaultMustBeReachable.
    """
    place, seen, changed = (company_id or _BEGINNING, _BEGINNING), 0, 0
    while True:
        with service_transaction() as cursor:
            cursor.execute(_NEXT, place)
            row = cursor.fetchone()
        if row is None or (company_id is not None and row[0] != company_id):
            return seen, changed
        place, seen = (row[0], row[1]), seen + 1
        changed += _renewed(company_id=row[0], file_id=row[1], wrapped_key=row[2], content=row[3])
        tell(seen)


def _renewed(*, company_id: UUID, file_id: UUID, wrapped_key: bytes | None, content: bytes) -> int:
    """Change one file unless it is the latest already; no transaction waits for the vault."""
    before = Envelope(bytes(content), bytes(wrapped_key) if wrapped_key is not None else None)
    after = renewed(before, company_id=company_id, file_id=file_id)
    if after == before:
        return 0
    with service_transaction() as cursor:
        if before.wrapped_key is None:
            cursor.execute(_ENCRYPT, [after.content, after.wrapped_key, company_id, file_id])
        else:
            cursor.execute(_REWRAP, [after.wrapped_key, company_id, file_id, before.wrapped_key])
        return int(cursor.rowcount)
