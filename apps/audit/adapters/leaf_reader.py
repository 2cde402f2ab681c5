# SPDX-License-Identifier: Apache-2.0
"""The audit trail of one object."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from cortex.database.transactions import transactional
from cortex.ports.audit_log import AuditLeaf

LEAVES_MAX = 200


@transactional
def leaves_of_object(*, company_id: UUID, object_id: UUID) -> list[AuditLeaf]:
    """Return the object's leaves, oldest first, at most 200."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf_id, body, leaf_hash, recorded_at FROM audit_entry"
            " WHERE company_id = %s AND object_id = %s ORDER BY id LIMIT %s",
            [company_id, object_id, LEAVES_MAX],
        )
        return [_leaf(*row) for row in cursor.fetchall()]


def _leaf(leaf_id: UUID, body: memoryview, leaf_hash: memoryview, recorded_at: datetime) -> AuditLeaf:
    document: dict[str, Any] = orjson.loads(bytes(body))
    return AuditLeaf(
        leaf_id=leaf_id,
        verb=document["verb"],
        actor=document["actor"],
        recorded_at=recorded_at,
        leaf_hash=bytes(leaf_hash).hex(),
        body=bytes(body).decode(),
    )
