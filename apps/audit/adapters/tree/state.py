# SPDX-License-Identifier: Apache-2.0
"""How far the log is: one row, locked by whoever advances it and guarded by the fence of its lease."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from cortex.events.leases import Lease, lease_must_be_held, require_held

LEASE = "audit:integrator"


@dataclass(slots=True)
class LogState:
    """Snapshots are PostgreSQL's, in their text form; no `base` stands for: look for what has no leaf."""

    size: int
    cluster_epoch: int
    base: str | None
    target: str | None
    after_id: int
    cosigned_size: int


def locked_state(*, cursor: CursorWrapper, lease: Lease) -> LogState:
    """Return the state, locked until the transaction ends; raises LeaseMustBeHeld for a lease that is lost.

    The lease itself stays locked too, so that nobody takes it over before this transaction ends.
    """
    require_held(cursor=cursor, lease=lease)
    cursor.execute(
        "SELECT size, cluster_epoch, base::text, target::text, after_id, cosigned_size, fence"
        " FROM audit_log_state FOR UPDATE"
    )
    *columns, fence = cursor.fetchone()
    if fence > lease.fence:
        raise lease_must_be_held(lease)
    return LogState(*columns)


def store_state(*, cursor: CursorWrapper, lease: Lease, state: LogState) -> None:
    """Store the state with the fence under which it came about."""
    cursor.execute(
        "UPDATE audit_log_state SET size = %s, cluster_epoch = %s, base = %s::pg_snapshot,"
        " target = %s::pg_snapshot, after_id = %s, cosigned_size = %s, fence = %s",
        [
            state.size,
            state.cluster_epoch,
            state.base,
            state.target,
            state.after_id,
            state.cosigned_size,
            lease.fence,
        ],
    )
