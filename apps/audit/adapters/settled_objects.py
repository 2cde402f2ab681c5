# SPDX-License-Identifier: Apache-2.0
"""Rows and newest leaves of objects, both as of one moment."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from apps.audit.adapters.object_leaves import newest_leaves
from apps.audit.domain.object_comparison import StateLeaf
from cortex.ports.logged_objects import LoggedObject, LoggedObjects

# A verb that comes between two readings moves row and leaf together: then they are read again.
ROUNDS = 5
Row = LoggedObject | None


def settled(
    kind: LoggedObjects, company_id: UUID | None, object_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, Row, StateLeaf | None]]:
    """Yield each object with its row and its newest leaf as they were at one moment.

    The leaf is read before and after the row: where it is the same, no verb came in between, since a verb
    commits both together. What moves in each round is under work, and is left to the next night.
    """
    ids = list(object_ids)
    before = leaves_of(kind, company_id, ids)
    for _ in range(ROUNDS):
        if not ids:
            return
        rows = {each.object_id: each for each in kind.rows.of_objects(company_id=company_id, object_ids=ids)}
        after = leaves_of(kind, company_id, ids)
        for each in ids:
            if before.get(each) == after.get(each):
                yield each, rows.get(each), after.get(each)
        ids, before = [each for each in ids if before.get(each) != after.get(each)], after


def leaves_of(
    kind: LoggedObjects, company_id: UUID | None, object_ids: Sequence[UUID]
) -> Mapping[UUID, StateLeaf]:
    """Return the newest leaf of each of these objects that has one; nothing is asked about none."""
    if not object_ids:
        return {}
    return newest_leaves(company_id=company_id, object_type=kind.object_type, object_ids=object_ids)
