# SPDX-License-Identifier: Apache-2.0
"""Leaves of the platform in a signed tree, which the service role alone reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.domain.archive.single_documents import PlacedLeaf
from cortex.database.service_role import service_transaction

_LOGGED = """
SELECT e.object_id, e.verb, e.leaf_id, l.leaf_index, e.recorded_at
  FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id
 WHERE e.company_id IS NULL AND e.verb = ANY(%s) AND l.leaf_index < %s ORDER BY l.leaf_index
"""
_BODIES = """
SELECT e.leaf_id, l.leaf_index, e.body FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id
 WHERE e.leaf_id = ANY(%s) AND e.company_id IS NULL ORDER BY l.leaf_index
"""


@dataclass(frozen=True, slots=True)
class Logged:
    """A leaf of the platform, without its body."""

    object_id: UUID
    verb: str
    leaf_id: UUID
    leaf_index: int
    recorded_at: datetime


def logged_on_platform(*, verbs: Sequence[str], size: int) -> list[Logged]:
    """Return the platform's leaves of these verbs in the tree of this size, in log order."""
    with service_transaction() as cursor:
        cursor.execute(_LOGGED, [list(verbs), size])
        return [Logged(*row) for row in cursor.fetchall()]


def platform_leaves(*, leaf_ids: Sequence[UUID]) -> list[PlacedLeaf]:
    """Return these leaves of the platform with their bodies, in log order."""
    with service_transaction() as cursor:
        cursor.execute(_BODIES, [list(leaf_ids)])
        return [PlacedLeaf(leaf_id, index, bytes(body)) for leaf_id, index, body in cursor.fetchall()]
