# SPDX-License-Identifier: Apache-2.0
"""Which entries come next: those committed since the last look, found by the difference of two snapshots.

An entry with a smaller id may commit later than one with a larger: `id > last` would lose it. Within one
difference the order is that of the ids: whoever changes an object holds its lock until it commits, so the
later change of an object has the larger id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.adapters.tree.state import LogState

# Transaction ids count in one cluster only. What another cluster committed is all there, in a restored dump.
_NEW = (
    "cluster_epoch = %(epoch)s AND NOT pg_visible_in_snapshot(recorded_xid, %(base)s::pg_snapshot)"
    " AND pg_visible_in_snapshot(recorded_xid, %(target)s::pg_snapshot)"
)
_ALL = "(cluster_epoch <> %(epoch)s OR pg_visible_in_snapshot(recorded_xid, %(target)s::pg_snapshot))"
# A bare min(id) would be planned as a walk through the whole index of ids.
_FIRST = f"""
WITH new AS MATERIALIZED (
  SELECT id FROM audit_entry entry WHERE recorded_xid >= pg_snapshot_xmin(%(base)s::pg_snapshot) AND {_NEW})
SELECT min(id) FROM new
"""  # noqa: S608 - constants of ours
# A batch is bounded before it is compared with what has a leaf: whatever the planner believes of tables that
# grow this fast, it then reads no more than the batch. Places are those in the log and among the company's.
_PLACE = """
WITH looked_at AS MATERIALIZED (
  SELECT id, company_id, leaf_hash FROM audit_entry WHERE id > %(after)s AND {condition}
   ORDER BY id LIMIT %(limit)s),
present AS MATERIALIZED (
  SELECT entry_id FROM audit_leaf
   WHERE entry_id > %(after)s AND entry_id <= (SELECT max(id) FROM looked_at)),
arrivals AS MATERIALIZED (
  SELECT * FROM looked_at WHERE NOT EXISTS (SELECT FROM present WHERE present.entry_id = looked_at.id)),
placed AS (
  INSERT INTO audit_leaf (leaf_index, entry_id, company_id, company_index)
  SELECT %(size)s::bigint - 1 + row_number() OVER (ORDER BY arrivals.id), arrivals.id, arrivals.company_id,
         CASE WHEN arrivals.company_id IS NOT NULL THEN coalesce(tree.leaf_count, 0) - 1
           + row_number() OVER (PARTITION BY arrivals.company_id ORDER BY arrivals.id) END
    FROM arrivals LEFT JOIN audit_company_tree tree USING (company_id))
SELECT grouping(company_id), company_id, count(*), string_agg(leaf_hash, ''::bytea ORDER BY id),
       (SELECT count(*) FROM looked_at), (SELECT max(id) FROM looked_at)
  FROM arrivals GROUP BY GROUPING SETS ((), (company_id))
"""
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A batch: leaf hashes by id, all and those of each company, and the id to go on behind, if any."""

    leaf_hashes: list[bytes]
    of_companies: Mapping[UUID, list[bytes]]
    go_on_after: int | None


NONE = Arrivals([], {}, None)


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


def place_arrivals(*, cursor: CursorWrapper, state: LogState, limit: int) -> Arrivals:
    """Write down the places of the next entries of the target, by id, and return what their trees need.

    At most `limit` entries are looked at; those that have a leaf are passed over. All is one statement, and
    hashes come back as one text a tree: sent as a row each, they would take as long as being placed.
    """
    parameters = {
        "epoch": state.cluster_epoch,
        "base": state.base,
        "target": state.target,
        "after": state.after_id,
        "limit": limit,
        "size": state.size,
    }
    cursor.execute(_PLACE.format(condition=_ALL if state.base is None else _NEW), parameters)
    leaf_hashes, of_companies, go_on_after = list[bytes](), dict[UUID, list[bytes]](), None
    for is_all, company_id, count, joined, looked_at, last_id in cursor.fetchall():
        if is_all:
            leaf_hashes, go_on_after = _hashes(joined, count), last_id if looked_at == limit else None
        elif company_id is not None:
            of_companies[company_id] = _hashes(joined, count)
    return Arrivals(leaf_hashes, of_companies, go_on_after)


def _hashes(joined: bytes | None, count: int) -> list[bytes]:
    text = bytes(joined or b"")
    return [text[place * _HASH_BYTES : (place + 1) * _HASH_BYTES] for place in range(count)]
