# SPDX-License-Identifier: Apache-2.0
"""Leases with fencing: one live holder per name, and a late one can no longer change anything.

Each claim raises the fence. Whoever writes under a lease checks its fence in the same transaction, with
a lock that lets nobody claim the lease before that transaction ends: a paused process that wakes up too
late is refused instead of doing the work a second time. Time is the database's, so clocks need not agree.
"""

import time
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from cortex.database.service_role import service_transaction
from cortex.errors import CortexError
from cortex.ids import uuid7

# Reads one row while the lease is held; parameters come from `Lease.parameters`.
HELD = (
    "SELECT 1 FROM events_lease WHERE name = %s AND holder = %s AND fence = %s"
    " AND lease_until > clock_timestamp() FOR SHARE"
)


class LeaseMustBeHeld(CortexError):
    """Another process took the lease over: what this one was doing must stop without a trace."""

    code = "events.lease_must_be_held"
    status = 500


@dataclass(slots=True)
class Lease:
    """A claim on a name. `renewed_at` is this process's monotonic time, in seconds."""

    name: str
    holder: UUID
    fence: int
    renewed_at: float = field(default_factory=time.monotonic)

    @property
    def parameters(self) -> tuple[str, UUID, int]:
        """Return the parameters of `HELD`."""
        return self.name, self.holder, self.fence


def claim_lease(*, name: str) -> Lease | None:
    """Return the lease, or None while another process holds it or a transaction under it is still open."""
    holder = uuid7()
    with service_transaction() as cursor:
        cursor.execute(
            "INSERT INTO events_lease (name, holder, fence, lease_until) VALUES (%s, %s, 0, '-infinity')"
            " ON CONFLICT (name) DO NOTHING",
            [name, holder],
        )
        cursor.execute(
            "UPDATE events_lease SET holder = %s, fence = fence + 1, lease_until = clock_timestamp() + %s"
            " * interval '1 second' WHERE name IN (SELECT name FROM events_lease WHERE name = %s"
            " AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING fence",
            [holder, settings.EVENT_LEASE_SECONDS, name],
        )
        row = cursor.fetchone()
    return Lease(name, holder, row[0]) if row else None


def keep_lease(lease: Lease) -> None:
    """Renew the lease once a third of it has passed; raises LeaseMustBeHeld when it is lost."""
    if time.monotonic() - lease.renewed_at < settings.EVENT_LEASE_SECONDS / 3:
        return
    with service_transaction() as cursor:
        cursor.execute(
            "UPDATE events_lease SET lease_until = clock_timestamp() + %s * interval '1 second'"
            " WHERE name = %s AND holder = %s AND fence = %s AND lease_until > clock_timestamp()",
            [settings.EVENT_LEASE_SECONDS, *lease.parameters],
        )
        if cursor.rowcount != 1:
            raise lease_must_be_held(lease)
    lease.renewed_at = time.monotonic()


def release_lease(lease: Lease) -> None:
    """Let others claim the lease at once; does nothing where it is lost already."""
    with service_transaction() as cursor:
        cursor.execute(
            "UPDATE events_lease SET lease_until = '-infinity'"
            " WHERE name = %s AND holder = %s AND fence = %s",
            lease.parameters,
        )


def require_held(*, cursor: CursorWrapper, lease: Lease) -> None:
    """Lock the lease for the rest of the cursor's transaction; raises LeaseMustBeHeld."""
    cursor.execute(HELD, lease.parameters)
    if cursor.fetchone() is None:
        raise lease_must_be_held(lease)


def lease_must_be_held(lease: Lease) -> LeaseMustBeHeld:
    """Return the error that says the lease is lost."""
    return LeaseMustBeHeld(
        f"Lease {lease.name}: expected fence {lease.fence}, got a later one or none. "
        "The process that holds it now does the work.",
        evidence={"object": lease.name, "expected": lease.fence},
    )
