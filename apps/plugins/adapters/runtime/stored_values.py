# SPDX-License-Identifier: Apache-2.0
"""A plugin's store in a company, with what the running call has written on top."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional

_OF = "FROM plugins_stored_value WHERE company_id = %s AND plugin_id = %s"


class StoredValues:
    """Reads; what is written waits in `written` until the call has ended, and counts here already."""

    def __init__(self, *, company_id: UUID, plugin_id: str, written: Mapping[str, str | None]) -> None:
        self._of: list[Any] = [company_id, plugin_id]
        self._written = written
        self._sizes: dict[str, int] = {}
        self._total: int | None = None

    def read(self, key: str) -> str | None:
        """Return the text under a key."""
        if key in self._written:
            return self._written[key]
        rows = self._rows(f"SELECT text {_OF} AND key = %s", key)
        return rows[0][0] if rows else None

    def keys(self, *, prefix: str, after: str, limit: int) -> list[str]:
        """Return the first keys that begin so and come after, in byte order."""
        # As many more as this call may have removed.
        rows = self._rows(
            f"SELECT key {_OF} AND starts_with(key, %s) AND key > %s ORDER BY key LIMIT %s",
            prefix,
            after,
            limit + len(self._written),
        )
        found = {row[0] for row in rows if self._written.get(row[0], "") is not None}
        fresh = {key for key, text in self._written.items() if text is not None and key.startswith(prefix)}
        wanted = found | {key for key in fresh if key.encode() > after.encode()}
        return sorted(wanted, key=str.encode)[:limit]

    def bytes(self, *, besides: str) -> int:
        """Return the bytes of all keys and texts but those of one key."""
        if self._total is None:
            self._total = int(
                self._rows(f"SELECT coalesce(sum(octet_length(key) + octet_length(text)), 0) {_OF}")[0][0]
            )
        others = {key: text for key, text in self._written.items() if key != besides}
        change = sum(_size(key, text) - self._stored_size(key) for key, text in others.items())
        return self._total + change - self._stored_size(besides)

    def _stored_size(self, key: str) -> int:
        if key not in self._sizes:
            rows = self._rows(f"SELECT octet_length(key) + octet_length(text) {_OF} AND key = %s", key)
            self._sizes[key] = int(rows[0][0]) if rows else 0
        return self._sizes[key]

    @transactional
    def _rows(self, statement: str, *values: str | int) -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*self._of, *values])
            return list(cursor.fetchall())


def _size(key: str, text: str | None) -> int:
    return 0 if text is None else len(key.encode()) + len(text.encode())
