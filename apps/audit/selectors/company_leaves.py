# SPDX-License-Identifier: Apache-2.0
"""A company's leaves in log order, in batches of a transaction each, since leaves never change."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from apps.audit.domain.archive.container import ArchiveMustFit
from apps.audit.domain.archive.single_documents import PlacedLeaf
from cortex.database.transactions import transactional
from cortex.policy.looks import LOOKED_AT

BATCH = 1_000
# Of one document, in an archive of its own.
PLACED_MAX = 1_000


def company_bodies(*, company_id: UUID, count: int) -> Iterator[bytes]:
    """Yield the company's first `count` leaf bodies."""
    for first in range(0, count, BATCH):
        yield from _bodies(company_id, first, min(first + BATCH, count))


@transactional
def _bodies(company_id: UUID, first: int, last: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.body FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id"
            " WHERE l.company_id = %s AND l.company_index >= %s AND l.company_index < %s"
            " ORDER BY l.company_index",
            [company_id, first, last],
        )
        return [bytes(row[0]) for row in cursor.fetchall()]


@transactional
def last_entry_id(*, company_id: UUID) -> int | None:
    """Return the newest entry of the company, whether it is in the log yet or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM audit_entry WHERE company_id = %s", [company_id])
        (newest,) = cursor.fetchone()
    return newest if newest is None else int(newest)


@transactional
def leaf_index_of(*, company_id: UUID, entry_id: int) -> int | None:
    """Return where the entry stands in the log, or None while it does not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf_index FROM audit_leaf WHERE company_id = %s AND entry_id = %s",
            [company_id, entry_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


@transactional
def logged_objects(*, company_id: UUID, verb: str, size: int) -> set[UUID]:
    """Return the objects of the company that a leaf of this verb speaks of in the tree of this size."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.object_id FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id"
            " WHERE e.company_id = %s AND e.verb = %s AND l.leaf_index < %s",
            [company_id, verb, size],
        )
        return {row[0] for row in cursor.fetchall()}


@transactional
def placed_leaves(*, company_id: UUID, object_id: UUID, most: int = PLACED_MAX) -> list[PlacedLeaf]:
    """Return the leaves of an object that stand in the log, in log order; who looked at it is left out.

    Raises: ArchiveMustFit, since an archive that leaves out what was done last would deceive.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.leaf_id, l.leaf_index, e.body FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id"
            " WHERE e.company_id = %s AND e.object_id = %s AND e.verb <> %s ORDER BY l.leaf_index LIMIT %s",
            [company_id, object_id, LOOKED_AT, most + 1],
        )
        rows = cursor.fetchall()
    if len(rows) > most:
        raise _too_many(object_id, most)
    return [PlacedLeaf(leaf_id, index, bytes(body)) for leaf_id, index, body in rows]


def _too_many(object_id: UUID, most: int) -> ArchiveMustFit:
    remedy = "export the archive of the company, which holds them all"
    return ArchiveMustFit(
        f"Document {object_id}: expected at most {most:,} leaves, got more: {remedy}.",
        evidence={"object": str(object_id), "expected": f"at most {most}", "got": "more", "remedy": remedy},
    )
