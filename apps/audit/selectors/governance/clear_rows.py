# SPDX-License-Identifier: Apache-2.0
"""How many rows of a sealed field lie in the clear: older than its seal, or written without a keeper."""

from collections.abc import Iterator

from cortex.database.service_role import service_transaction
from cortex.sealed_fields.field import declared_sealed_fields

COUNTED_MAX = 10_000
# Names are ours: those of sealed fields are refused where they could be anything but names.
_COUNT = "SELECT count(*) FROM (SELECT FROM {table} WHERE {clear} LIMIT %s) clear"


def clear_rows() -> dict[str, int]:
    """Return, for each field that is sealed, in how many rows it is not yet, of the first 10,000."""
    with service_transaction() as cursor:
        counts = {}
        for field, table, clear in _sealed():
            cursor.execute(_COUNT.format(table=table, clear=clear), [COUNTED_MAX])
            (counts[field],) = cursor.fetchone()
    return counts


def _sealed() -> Iterator[tuple[str, str, str]]:
    """Yield the field, its table, and what is true of a row in which it lies in the clear."""
    yield "audit.AuditDetail.value", "audit_detail", "value IS NOT NULL"
    yield "storage.StoredFile.content", "storage_stored_file", "wrapped_key IS NULL"
    for field in declared_sealed_fields():
        yield field.name, field.table, f"{field.column} IS NOT NULL"
