# SPDX-License-Identifier: Apache-2.0
"""Leaves that were written for documents, by the documents' ids."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from apps.audit.domain.reconciliation import DocumentLeaf
from cortex.database.transactions import transactional

_LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class DocumentLeaves:
    """Leaves by the ids of their objects; `unreadable` are objects with bytes that are no leaf any more."""

    leaves: list[DocumentLeaf]
    unreadable: list[UUID]


@transactional
def document_leaves(
    *, company_id: UUID, object_type: str, after: UUID | None, up_to: UUID | None
) -> DocumentLeaves:
    """Return the leaves of documents with an id behind `after` and up to `up_to`, or up to the last.

    What somebody made of a leaf may be anything: it is told, and hides nothing of the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id, body FROM audit_entry"
            " WHERE company_id = %s AND object_id > %s AND object_id <= %s ORDER BY object_id, id",
            [company_id, after or UUID(int=0), up_to or _LAST_ID],
        )
        rows = cursor.fetchall()
    found = DocumentLeaves([], [])
    for object_id, body in rows:
        try:
            leaf = _leaf(orjson.loads(bytes(body)), object_type)
        except (ValueError, TypeError, KeyError, AttributeError):
            found.unreadable.append(object_id)
        else:
            found.leaves.extend([] if leaf is None else [leaf])
    return found


def _leaf(body: dict[str, Any], object_type: str) -> DocumentLeaf | None:
    if body["object"]["type"] != object_type or not body["digest"]:
        return None
    day = body.get("counts_on")
    return DocumentLeaf(
        leaf_id=UUID(body["id"]),
        object_id=UUID(body["object"]["id"]),
        digest=body["digest"],
        actor=body["actor"],
        counts_on=date.fromisoformat(day) if day else None,
    )
