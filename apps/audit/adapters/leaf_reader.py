# SPDX-License-Identifier: Apache-2.0
"""The audit trail of one object."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from cortex.database.transactions import transactional
from cortex.policy.looks import LOOKED_AT
from cortex.ports.audit_log import AuditLeaf

LEAVES_MAX = 200


@transactional
def leaves_of_object(*, company_id: UUID, object_id: UUID) -> list[AuditLeaf]:
    """Return the object's newest 200 leaves, oldest first, without those of who looked at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.leaf_id, e.body, e.leaf_hash, e.recorded_at, l.leaf_index FROM audit_entry e"
            " LEFT JOIN audit_leaf l ON l.entry_id = e.id"
            " WHERE e.company_id = %s AND e.object_id = %s AND e.verb <> %s ORDER BY e.id DESC LIMIT %s",
            [company_id, object_id, LOOKED_AT, LEAVES_MAX],
        )
        return [_leaf(*row) for row in reversed(cursor.fetchall())]


@transactional
def leaves_by_actor(
    *, company_id: UUID, actor: str, verbs: Collection[str], since: datetime, until: datetime
) -> list[AuditLeaf]:
    """Return the actor's first 200 leaves of these verbs in the time, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.leaf_id, e.body, e.leaf_hash, e.recorded_at, l.leaf_index FROM audit_entry e"
            " LEFT JOIN audit_leaf l ON l.entry_id = e.id"
            " WHERE e.company_id = %s AND e.verb = ANY(%s) AND e.recorded_at BETWEEN %s AND %s"
            " AND e.actor = %s ORDER BY e.id LIMIT %s",
            [company_id, sorted(verbs), since, until, actor, LEAVES_MAX],
        )
        return [_leaf(*row) for row in cursor.fetchall()]


def _leaf(
    leaf_id: UUID, body: memoryview, leaf_hash: memoryview, recorded_at: datetime, leaf_index: int | None
) -> AuditLeaf:
    document: dict[str, Any] = orjson.loads(bytes(body))
    return AuditLeaf(
        leaf_id=leaf_id,
        verb=document["verb"],
        actor=document["actor"],
        recorded_at=recorded_at,
        leaf_hash=bytes(leaf_hash).hex(),
        body=bytes(body).decode(),
        digest=document["digest"],
        before=document.get("before"),
        leaf_index=leaf_index,
        object_id=UUID(document["object"]["id"]),
    )
