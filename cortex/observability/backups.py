# SPDX-License-Identifier: Apache-2.0
"""How old the newest backup and the newest equal restore are: a warning in the probe, two metrics."""

from datetime import timedelta

from django.conf import settings
from prometheus_client import Gauge

from cortex.backups.selectors import first_backup_at, newest_backup, newest_verified_restore
from cortex.ports.clock import Clock
from cortex.ports.registry import get

# One is taken each day, and one restored each month.
BACKUP_WITHIN, RESTORE_WITHIN = timedelta(hours=50), timedelta(days=35)
BACKUP_SECONDS = Gauge(
    "cortex_backup_age_seconds", "Seconds since the newest backup.", multiprocess_mode="livemax"
)
RESTORE_SECONDS = Gauge(
    "cortex_verified_restore_age_seconds",
    "Seconds since a restored database was last found equal to its backup.",
    multiprocess_mode="livemax",
)


def backups_are_well() -> bool | None:
    """Return whether both are young enough and the newest backup does not contradict itself.

    None where no backup is configured and none was ever taken.
    Raises: DatabaseMustBeReachable.
    """
    now, backup = get(Clock).now(), newest_backup()
    if backup is None:
        return False if settings.BACKUP_DIRECTORY else None
    restore = newest_verified_restore()
    # Nobody restores on the first day.
    since = restore.verified_at if restore else first_backup_at()
    is_young = now - backup.taken_at <= BACKUP_WITHIN
    return is_young and not backup.doubt_count and since is not None and now - since <= RESTORE_WITHIN


def observe_backups() -> None:
    """Set the metrics anew, as far as there is something to tell; raises DatabaseMustBeReachable."""
    backup, restore, now = newest_backup(), newest_verified_restore(), get(Clock).now()
    if backup is not None:
        BACKUP_SECONDS.set((now - backup.taken_at).total_seconds())
    if restore is not None:
        RESTORE_SECONDS.set((now - restore.verified_at).total_seconds())
