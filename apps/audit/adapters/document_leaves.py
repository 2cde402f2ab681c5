# SPDX-License-Identifier: Apache-2.0
"""Leaves that were written for documents, by the documents' ids."""

from datetime import date
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from apps.audit.domain.reconciliation import DocumentLeaf
from cortex.database.transactions import transactional

_LAST_ID = UUID(int=2**128 - 1)


@transactional
def document_leaves(
    *, company_id: UUID, object_type: str, after: UUID | None, up_to: UUID | None
) -> list[DocumentLeaf]:
    """Return the leaves of documents with an id behind `after` and up to `up_to`, or up to the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM audit_entry WHERE company_id = %s AND object_id > %s AND object_id <= %s"
            " ORDER BY object_id, id",
            [company_id, after or UUID(int=0), up_to or _LAST_ID],
        )
        bodies = [orjson.loads(bytes(row[0])) for row in cursor.fetchall()]
    return [_leaf(body) for body in bodies if body["object"]["type"] == object_type and body["digest"]]


def _leaf(body: dict[str, Any]) -> DocumentLeaf:
    day = body.get("counts_on")
    return DocumentLeaf(
        leaf_id=UUID(body["id"]),
        object_id=UUID(body["object"]["id"]),
        digest=body["digest"],
        actor=body["actor"],
        counts_on=date.fromisoformat(day) if day else None,
    )
