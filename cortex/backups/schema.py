# SPDX-License-Identifier: Apache-2.0
"""Which schema a backup has, by its migrations: a program restores what it knows, and nothing newer."""

import psycopg
from django.db.migrations.loader import MigrationLoader

from cortex.backups.errors import BackupMustNotBeNewer, ServerMustNotBeOlder
from cortex.backups.report import Contents

_APPLIED = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
_SHOWN = 5
# PostgreSQL counts versions as major * 10000 + minor.
_MAJOR = 10_000


def applied_migrations(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return what was applied, in order of its name; nothing where there is no schema yet."""
    row = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return ()
    return tuple(name for (name,) in connection.execute(_APPLIED).fetchall())


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
