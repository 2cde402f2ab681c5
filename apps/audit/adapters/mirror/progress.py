# SPDX-License-Identifier: Apache-2.0
"""How far each mirror is, so that whoever copies goes on where the last one stopped."""

from dataclasses import dataclass
from datetime import datetime

from cortex.database.service_role import service_transaction
from cortex.events.leases import Lease, require_held


@dataclass(frozen=True, slots=True)
class Progress:
    """Leaves whose full tiles are there; the largest tree of which all is; since when that is the newest."""

    leaves: int = 0
    tree_size: int = 0
    mirrored_at: datetime | None = None


def progress_of(*, name: str) -> Progress:
    """Return the progress of a mirror, none before its first object."""
    with service_transaction() as cursor:
        cursor.execute("SELECT leaves, tree_size, mirrored_at FROM audit_log_mirror WHERE name = %s", [name])
        row = cursor.fetchone()
    return Progress(*row) if row else Progress()


def store_progress(*, name: str, lease: Lease, progress: Progress) -> None:
    """Store it; raises LeaseMustBeHeld when another process copies by now."""
    with service_transaction() as cursor:
        require_held(cursor=cursor, lease=lease)
        cursor.execute(
            "INSERT INTO audit_log_mirror (name, leaves, tree_size, mirrored_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET leaves = excluded.leaves, tree_size = excluded.tree_size,"
            " mirrored_at = excluded.mirrored_at",
            [name, progress.leaves, progress.tree_size, progress.mirrored_at],
        )
