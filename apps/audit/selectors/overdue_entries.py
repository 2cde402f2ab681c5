# SPDX-License-Identifier: Apache-2.0
"""Entries that the log should have taken in and did not: whoever writes one past the program dates it back.

Such an entry is in no tree, and would be held for the newest leaf of an object all the same.
"""

from cortex.database.service_role import service_transaction

# What the integrator's last finished look covered, another cluster's and no transaction's are all overdue.
_OVERDUE = """
SELECT entry.id FROM audit_entry entry, audit_log_state state
 WHERE state.base IS NOT NULL
   AND (entry.cluster_epoch <> state.cluster_epoch
        OR pg_visible_in_snapshot(entry.recorded_xid, state.base)
        OR entry.recorded_xid >= pg_snapshot_xmax(pg_current_snapshot()))
   AND NOT EXISTS (SELECT FROM audit_leaf leaf WHERE leaf.entry_id = entry.id)
 ORDER BY entry.id LIMIT %s
"""


def overdue_entries(*, limit: int) -> list[int]:
    """Return the ids of entries that have no place in the log and should have one, the first ones."""
    with service_transaction() as cursor:
        cursor.execute(_OVERDUE, [limit])
        return [entry_id for (entry_id,) in cursor.fetchall()]
