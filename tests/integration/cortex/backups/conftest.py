# SPDX-License-Identifier: Apache-2.0
"""Books that are backed up, an identity that opens the backup, and an empty database to restore into."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import psycopg
import pyrage
import pytest
from psycopg import sql

from cortex.backups.archive import Identities
from cortex.backups.restore_backup import restore_backup
from cortex.backups.take_backup import take_backup
from cortex.backups.verify_restore import Verified, verify_restore
from cortex.database import provision as provisioning
from cortex.embedded import postgres
from cortex.ports.principal import Principal
from tests.frame.clones import Clone
from tests.frame.server import PASSWORDS, server
from tests.frame.template import drop

CONSOLE = Principal.service("console")
# The database of another cluster.
DATABASE = "cortex"


@dataclass
class Drill:
    """A backup of the demo company, and the database that it is restored into."""

    live: Clone
    target: str
    identities: Identities

    @property
    def target_dsn(self) -> str:
        return server().admin_dsn(self.target)

    def take(self) -> bytes:
        out = BytesIO()
        recipients = [each.to_public() for each in self.identities]
        take_backup(out=nullcontext(out), recipients=recipients, taken_by=CONSOLE)
        return out.getvalue()

    def restore(self, sealed: bytes) -> None:
        restore_backup(
            archive=BytesIO(sealed), identities=self.identities, database=self.target, say=lambda _: None
        )

    def verify(self, sealed: bytes) -> Verified:
        return verify_restore(
            archive=BytesIO(sealed), identities=self.identities, database=self.target, verified_by=CONSOLE
        )

    def tamper(self, table: str, statement: str) -> None:
        """Change a table of the restored database as its superuser can, past every trigger."""
        with psycopg.connect(self.target_dsn) as admin:
            admin.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(table)))
            admin.execute(statement.encode())


@pytest.fixture
def drill(demo_database: Clone, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drill]:
    """Give the demo company, and an empty database beside it."""
    monkeypatch.setenv("DATABASE_ADMIN_URL", demo_database.admin_dsn)
    target = f"{demo_database.name}_restored"
    provisioning.provision(server().admin_dsn("postgres"), database=target, passwords=PASSWORDS)
    yield Drill(live=demo_database, target=target, identities=[pyrage.x25519.Identity.generate()])
    with psycopg.connect(server().admin_dsn("postgres"), autocommit=True) as admin:
        drop(admin, database=target)


def count_of_tables(dsn: str) -> int:
    """Return how many tables a database has."""
    with psycopg.connect(dsn) as admin:
        row = admin.execute(sql.SQL("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.PostgresServer]:
    """Give a cluster that never saw these books."""
    base = Path("/tmp") / f"cortex-restore-{secrets.token_hex(4)}"
    base.mkdir(mode=0o700)
    other = postgres.ensure_running(base, durable=False)
    provisioning.provision(other.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
    yield other
    other.stop()
    shutil.rmtree(base)
    if other.locations.home != base:
        shutil.rmtree(other.locations.home)
