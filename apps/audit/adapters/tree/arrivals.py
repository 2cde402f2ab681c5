# SPDX-License-Identifier: Apache-2.0
"""Which entries come next: those committed since the last look, found by the difference of two snapshots.

An entry with a smaller id may commit later than one with a larger: `id > last` would lose it. Within one
difference the order is that of the ids: whoever changes an object holds its lock until it commits, so the
later change of an object has the larger id.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.adapters.tree.state import LogState

# Id, company and leaf hash of an entry.
Arrival = tuple[int, UUID | None, bytes]
# Transaction ids count in one cluster only. What another cluster committed is all there, in a restored dump.
_NEW = (
    "cluster_epoch = %(epoch)s AND NOT pg_visible_in_snapshot(recorded_xid, %(base)s::pg_snapshot)"
    " AND pg_visible_in_snapshot(recorded_xid, %(target)s::pg_snapshot)"
)
_WITHOUT_LEAF = (
    "(cluster_epoch <> %(epoch)s OR pg_visible_in_snapshot(recorded_xid, %(target)s::pg_snapshot))"
    " AND NOT EXISTS (SELECT FROM audit_leaf leaf WHERE leaf.entry_id = entry.id)"
)
# A bare min(id) would be planned as a walk through the whole index of ids.
_FIRST = f"""
WITH new AS MATERIALIZED (
  SELECT id FROM audit_entry entry WHERE recorded_xid >= pg_snapshot_xmin(%(base)s::pg_snapshot) AND {_NEW})
SELECT min(id) FROM new
"""  # noqa: S608 - constants of ours
# The place in the log, and the one among the company's own leaves.
_PLACE = """
WITH arrivals AS MATERIALIZED (
  SELECT id, company_id, leaf_hash FROM audit_entry entry WHERE id > %(after)s AND {condition}
   ORDER BY id LIMIT %(limit)s),
placed AS (
  INSERT INTO audit_leaf (leaf_index, entry_id, company_id, company_index)
  SELECT %(size)s::bigint - 1 + row_number() OVER (ORDER BY arrivals.id), arrivals.id, arrivals.company_id,
         CASE WHEN arrivals.company_id IS NOT NULL THEN coalesce(tree.leaf_count, 0) - 1
           + row_number() OVER (PARTITION BY arrivals.company_id ORDER BY arrivals.id) END
    FROM arrivals LEFT JOIN audit_company_tree tree USING (company_id))
SELECT id, company_id, leaf_hash FROM arrivals ORDER BY id
"""


def require_known_cluster(*, cursor: CursorWrapper, state: LogState) -> None:
    """Let the state forget its snapshots when the database woke up in another cluster."""
    cursor.execute("SELECT cortex_cluster_epoch()")
    (epoch,) = cursor.fetchone()
    if epoch != state.cluster_epoch:
        state.cluster_epoch, state.base, state.target, state.after_id = epoch, None, None, 0


def choose_target(*, cursor: CursorWrapper, state: LogState) -> bool:
    """Choose what to take in next, unless that is under way; return whether there is anything."""
    if state.target is not None:
        return True
    cursor.execute("SELECT pg_current_snapshot()::text")
    (target,) = cursor.fetchone()
    if state.base is not None:
        cursor.execute(_FIRST, {"epoch": state.cluster_epoch, "base": state.base, "target": target})
        (first,) = cursor.fetchone()
        if first is None:
            state.base = target
            return False
        state.after_id = first - 1
    state.target = target
    return True


def place_arrivals(*, cursor: CursorWrapper, state: LogState, limit: int) -> Sequence[Arrival]:
    """Write down the places of the next entries of the target, by id, and return them.

    Fewer than the limit are the last ones. Both are one statement: sent back as arrays, the places of a batch
    would take as long as writing them.
    """
    condition = _NEW if state.base is not None else _WITHOUT_LEAF
    cursor.execute(
        _PLACE.format(condition=condition),
        {
            "epoch": state.cluster_epoch,
            "base": state.base,
            "target": state.target,
            "after": state.after_id,
            "limit": limit,
            "size": state.size,
        },
    )
    return [(entry_id, company_id, bytes(leaf_hash)) for entry_id, company_id, leaf_hash in cursor.fetchall()]
