# SPDX-License-Identifier: Apache-2.0
"""Take a backup: measure and dump one snapshot, and seal both together."""

from contextlib import AbstractContextManager
from typing import BinaryIO

import psycopg

from cortex.backups.actions import TAKE
from cortex.backups.administrator import one_snapshot, reader_of_all
from cortex.backups.archive import Recipients, Written, seal
from cortex.backups.evidence import record_backup
from cortex.backups.fitting import applied_migrations, cluster_of
from cortex.backups.measures import measured, require_sight
from cortex.backups.report import Contents
from cortex.backups.tools import running, tool
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_SNAPSHOT = "SELECT pg_export_snapshot(), current_database()"


def take_backup(
    *, out: AbstractContextManager[BinaryIO], recipients: Recipients, taken_by: Principal
) -> Contents:
    """Write a backup to `out`, log it, and return what was measured in the very snapshot that was dumped.

    It is logged once `out` has ended well: what could not be kept is no backup.
    Nothing waits for it: the snapshot is read only, and writers go on.
    Raises: AdministratorMustBeNamed, DatabaseMustBeReachable, AdministratorMustSeeEverything,
    DatabaseToolMustBeFound, DatabaseToolMustSucceed, BackupMustBeWritten, and what `out` raises.
    """
    get(Authorizer).require(principal=taken_by, action=TAKE, company_id=None)
    with out as file:
        contents, written = _sealed(file, recipients)
    record_backup(contents=contents, written=written, taken_by=taken_by)
    return contents


def _sealed(out: BinaryIO, recipients: Recipients) -> tuple[Contents, Written]:
    dsn = reader_of_all()
    with one_snapshot(dsn) as connection:
        require_sight(connection)
        contents, snapshot = _measured(connection)
        words = ["--format=custom", f"--snapshot={snapshot}"]
        with running(tool("pg_dump", connection=connection), words, dsn=dsn) as dump:
            written = seal(measured=contents.pack(), dump=dump, out=out, recipients=recipients)
    return contents, written


def _measured(connection: psycopg.Connection) -> tuple[Contents, str]:
    ((snapshot, database),) = connection.execute(_SNAPSHOT).fetchall()
    system_identifier, next_xid = cluster_of(connection)
    contents = Contents(
        taken_at=get(Clock).now(),
        database=database,
        server_version=connection.info.server_version,
        system_identifier=system_identifier,
        next_xid=next_xid,
        migrations=applied_migrations(connection),
        measured=measured(connection),
    )
    return contents, snapshot
