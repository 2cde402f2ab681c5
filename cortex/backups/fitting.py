# SPDX-License-Identifier: Apache-2.0
"""What fits a backup: a program that knows its migrations, and a server that can go on from it."""

from datetime import datetime

import psycopg
from django.db.migrations.loader import MigrationLoader

from cortex.backups.errors import (
    BackupMustNotBeNewer,
    BackupMustNotBeOld,
    ClusterMustNotGoBack,
    ServerMustNotBeOlder,
)
from cortex.backups.report import Contents

_APPLIED = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
_CLUSTER = """
SELECT system_identifier, pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM pg_control_system()
"""
_SHOWN = 5
# PostgreSQL counts versions as major * 10000 + minor.
_MAJOR = 10_000


def applied_migrations(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return what was applied, in order of its name; nothing where there is no schema yet."""
    row = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return ()
    return tuple(name for (name,) in connection.execute(_APPLIED).fetchall())


def cluster_of(connection: psycopg.Connection) -> tuple[int, int]:
    """Return which cluster this is, and the transaction id that it gives next."""
    ((identifier, next_xid),) = connection.execute(_CLUSTER).fetchall()
    return int(identifier), int(next_xid)


def require_known(contents: Contents) -> None:
    """Refuse a backup of a later release; raises BackupMustNotBeNewer.

    An older one is fine: `migrate` follows the restore.
    """
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    unknown = [name for name in contents.migrations if name not in known]
    if unknown:
        shown = ", ".join(unknown[:_SHOWN])
        raise BackupMustNotBeNewer(
            f"Backup: expected migrations of this release, got {len(unknown)} others: {shown}."
            " Restore it with the release that wrote it, or a later one.",
            evidence={
                "expected": "migrations of this release",
                "got": unknown[:_SHOWN],
                "difference": len(unknown),
                "remedy": "use the release that wrote it, or a later one",
            },
        )


def require_server(contents: Contents, *, server_version: int) -> None:
    """Refuse a server of an older major version than the backup's; raises ServerMustNotBeOlder."""
    expected, got = contents.server_version // _MAJOR, server_version // _MAJOR
    if got < expected:
        raise ServerMustNotBeOlder(
            f"Server: expected PostgreSQL {expected} or later, as the backup's, got {got}. Upgrade it first.",
            evidence={"object": "server", "expected": expected, "got": got, "remedy": "upgrade it first"},
        )


def require_cluster(contents: Contents, *, cluster: tuple[int, int]) -> None:
    """Refuse a copy of the cluster that was dumped, where its ids come again; raises ClusterMustNotGoBack.

    The log would take new leaves for those that it has, by their ids, and lose them.
    """
    identifier, next_xid = cluster
    if identifier == contents.system_identifier and next_xid < contents.next_xid:
        raise ClusterMustNotGoBack(
            f"Cluster {identifier}: expected transaction {contents.next_xid} or a later one, as when the"
            f" backup was taken, got {next_xid}: it is an older copy. Restore into one that `initdb` made.",
            evidence={
                "object": "cluster",
                "expected": contents.next_xid,
                "got": next_xid,
                "remedy": "restore into a cluster that initdb made",
            },
        )


def require_young(contents: Contents, *, now: datetime, kept_days: int) -> None:
    """Refuse a backup that should have ended; raises BackupMustNotBeOld."""
    days = (now - contents.taken_at).days
    if days > kept_days:
        raise BackupMustNotBeOld(
            f"Backup of {contents.taken_at:%F}: expected one of at most {kept_days} days, got {days}. What"
            " was erased since would come back. Restore a newer one, or say --old and erase it again.",
            evidence={
                "object": "backup",
                "expected": kept_days,
                "got": days,
                "difference": days - kept_days,
                "unit": "days",
                "remedy": "restore a newer one, or say --old",
            },
        )
