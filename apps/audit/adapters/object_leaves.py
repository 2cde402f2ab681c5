# SPDX-License-Identifier: Apache-2.0
"""The newest leaves that say what objects are, of a company in scope or of the platform."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper

from apps.audit.domain.object_comparison import StateLeaf
from apps.audit.domain.verb_kinds import verbs_of_state
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional

# By the index of a company's leaves by object, which has those of the platform under no company.
_ONE_EACH = """
SELECT DISTINCT ON (object_id) id, leaf_id, object_id, verb, actor, recorded_at, body FROM audit_entry
 WHERE company_id {is_of} AND object_id = ANY(%(ids)s) AND object_type = %(type)s AND verb = ANY(%(verbs)s)
 ORDER BY object_id, id {order}
"""
# By the index of a company's leaves by verb, so that postings are not walked through.
_OF_VERB = """
SELECT recorded_at, id, object_type, object_id FROM audit_entry
 WHERE company_id {is_of} AND verb = %(verb)s
   AND (recorded_at, id) > (%(at)s, %(id)s) ORDER BY recorded_at, id LIMIT %(limit)s
"""
Place = tuple[datetime | str, int]
BEGINNING: Place = ("-infinity", 0)


@transactional
def newest_leaves(
    *, company_id: UUID | None, object_type: str, object_ids: Sequence[UUID]
) -> dict[UUID, StateLeaf]:
    """Return the newest leaf about the state of each of these objects, by the object's id."""
    return _one_each(company_id, object_type, object_ids, order="DESC")


@transactional
def oldest_leaves(
    *, company_id: UUID | None, object_type: str, object_ids: Sequence[UUID]
) -> dict[UUID, StateLeaf]:
    """Return the first such leaf of each: the one of the verb that made it, by the rule of that time."""
    return _one_each(company_id, object_type, object_ids, order="ASC")


@transactional
def objects_of_verb(
    *, company_id: UUID | None, verb: str, behind: Place, limit: int
) -> tuple[list[tuple[str, UUID]], Place | None]:
    """Return type and id of the objects of leaves behind a place, and where to go on, None at the end."""
    values = {"verb": verb, "at": behind[0], "id": behind[1], "limit": limit}
    rows = _rows(_OF_VERB, company_id, values)
    place = (rows[-1][0], rows[-1][1]) if len(rows) == limit else None
    return [(object_type, object_id) for _, _, object_type, object_id in rows], place


def _one_each(
    company_id: UUID | None, object_type: str, object_ids: Sequence[UUID], *, order: str
) -> dict[UUID, StateLeaf]:
    verbs = sorted(verbs_of_state(object_type))
    values = {"ids": list(object_ids), "type": object_type, "verbs": verbs}
    return {row[2]: _leaf(*row) for row in _rows(_ONE_EACH, company_id, values, order)}


def _rows(
    statement: str, company_id: UUID | None, values: dict[str, Any], order: str = ""
) -> list[tuple[Any, ...]]:
    is_of = "IS NULL" if company_id is None else "= %(company)s"
    with _cursor(company_id) as cursor:
        cursor.execute(statement.format(is_of=is_of, order=order), {**values, "company": company_id})
        return list(cursor.fetchall())


@contextmanager
def _cursor(company_id: UUID | None) -> Iterator[CursorWrapper]:
    """Yield a cursor of whoever sees the leaves: those of the platform are the service's to read."""
    if company_id is None:
        with service_transaction() as cursor:
            yield cursor
    else:
        with connection.cursor() as cursor:
            yield cursor


def _leaf(
    entry_id: int, leaf_id: UUID, object_id: UUID, verb: str, actor: str, at: datetime, body: memoryview
) -> StateLeaf:
    digest, tells_before = _told(bytes(body))
    return StateLeaf(
        entry_id=entry_id,
        leaf_id=leaf_id,
        object_id=object_id,
        verb=verb,
        actor=actor,
        recorded_at=at,
        digest=digest,
        tells_before=tells_before,
    )


def _told(body: bytes) -> tuple[str | None, bool]:
    """Return the digest after the verb, and whether the leaf says what was before.

    What somebody made of a leaf may be anything, and is compared with the row as it is: the comparison of
    leaves and tree tells that it is none.
    """
    try:
        members = orjson.loads(body)
        return members["digest"], "before" in members or "new" in members
    except (ValueError, TypeError, KeyError):
        return "bytes that are no leaf", True
