# SPDX-License-Identifier: Apache-2.0
"""Restore a backup into a database that is provisioned and empty: all of it, or nothing."""

from collections.abc import Callable
from typing import IO, BinaryIO

import psycopg
from psycopg import sql

from cortex.backups.administrator import administrator, reached
from cortex.backups.archive import Identities, unseal
from cortex.backups.errors import DatabaseMustBeEmpty
from cortex.backups.fitting import (
    cluster_of,
    require_cluster,
    require_known,
    require_server,
    require_young,
)
from cortex.backups.measures import require_sight
from cortex.backups.report import Contents
from cortex.backups.tools import running, tool
from cortex.database.provision import OWNER
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_STATE = """
SELECT current_database(), EXISTS (SELECT FROM pg_roles WHERE rolname = %s),
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'S'))
"""
_WORDS = ("--single-transaction", "--exit-on-error", "--no-comments")


def restore_backup(
    *,
    archive: BinaryIO,
    identities: Identities,
    database: str,
    say: Callable[[str], None],
    kept_days: int | None = None,
) -> Contents:
    """Restore into the named database of the administrator's server; return what its backup measured.

    `kept_days` is the greatest age that is taken, in days.
    Raises: BackupMustBeReadable, BackupMustNotBeOld, BackupMustNotBeNewer, ServerMustNotBeOlder,
    ClusterMustNotGoBack, DatabaseMustBeEmpty, AdministratorMustSeeEverything, DatabaseToolMustBeFound,
    DatabaseToolMustSucceed; the database is then as empty as before.
    """
    dsn = administrator(database=database)
    with reached(dsn) as connection:
        require_sight(connection)
        _require_empty(connection)
        program = tool("pg_restore", connection=connection)
        server_version, cluster = connection.info.server_version, cluster_of(connection)
    found: list[Contents] = []
    with running(program, [*_WORDS, f"--dbname={database}"], dsn=dsn, reads=True) as stdin:

        def take(measured: bytes) -> IO[bytes]:
            found.append(Contents.parse(measured))
            if kept_days is not None:
                require_young(found[0], now=get(Clock).now(), kept_days=kept_days)
            require_server(found[0], server_version=server_version)
            require_cluster(found[0], cluster=cluster)
            require_known(found[0])
            say(f"restoring the backup of {found[0].taken_at:%FT%TZ} into {database} …")
            return stdin

        # The tool commits when it has the dump's end, which it gets when the seal was found whole.
        unseal(archive=archive, identities=identities, take=take)
        stdin.close()
    _gather_statistics(dsn)
    return found[0]


def _require_empty(connection: psycopg.Connection) -> None:
    ((name, is_provisioned, count),) = connection.execute(_STATE, [OWNER]).fetchall()
    if count or not is_provisioned:
        got = f"{count} tables" if count else f"a server without the role {OWNER}"
        raise DatabaseMustBeEmpty(
            f"Database {name}: expected a provisioned and empty one, got {got}. Name a new database and"
            " prepare it with `python -m cortex.embedded provision`.",
            evidence={
                "object": name,
                "expected": "an empty database",
                "got": got,
                "remedy": "name a new one",
            },
        )


def _gather_statistics(dsn: str) -> None:
    """Without them the first queries would be planned for empty tables."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("ANALYZE"))
