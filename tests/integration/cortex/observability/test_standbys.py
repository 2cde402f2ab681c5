# SPDX-License-Identifier: Apache-2.0
"""A real standby follows a real database: that nothing waits for it is seen by the program's own role."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from prometheus_client import REGISTRY
from pytest_django import DjangoDbBlocker

from cortex.database import provision as provisioning
from cortex.database.standbys import Standbys, connected_standbys
from cortex.embedded import postgres, processes
from cortex.embedded.postgres import PORT, PostgresServer
from cortex.observability.health import WATCHED
from cortex.observability.standbys import observe_standbys
from tests.frame.aliases import connected_to
from tests.frame.server import PASSWORDS

pytestmark = pytest.mark.slow
DATABASE, STANDBY, SECONDS_MAX = "cortex_followed", "standby_a", 120.0


@dataclass
class Primary:
    """A database of this module's own, its superuser, and where its standbys live."""

    server: PostgresServer
    directory: Path
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.directory / "standby.log"

    def told(self, query: str) -> list[tuple[object, ...]]:
        """Return what a superuser is told."""
        with psycopg.connect(self.server.admin_dsn("postgres"), autocommit=True) as admin:
            cursor = admin.execute(query)
            return cursor.fetchall() if cursor.description else []

    def configure(self, **settings: str) -> None:
        """Change settings of the server, and wait until new sessions have them."""
        for name, value in settings.items():
            self.told(f"ALTER SYSTEM SET {name} = '{value}'")
        self.told("SELECT pg_reload_conf()")
        for name, value in settings.items():
            assert processes.wait_until(
                lambda name=name, value=value: self.told(f"SHOW {name}") == [(value,)], seconds=SECONDS_MAX
            )
        connections["default"].close()

    def states(self) -> list[object]:
        return [state for (state,) in self.told("SELECT sync_state FROM pg_stat_replication")]

    @contextmanager
    def standby(self) -> Iterator[None]:
        """Copy the database, and let the copy follow, until the block ends."""
        data, sockets = self.directory / "standby", self.directory / "sockets"
        account = self.server.locations.account
        sockets.mkdir(mode=0o700)
        account.own(sockets)
        account.own(self.directory)
        source = f"{self.server.admin_dsn('postgres')} application_name={STANDBY}"
        copied = account.run(
            [
                *(self.server.programs / "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast"),
                *("-d", source),
            ]
        )
        assert copied.returncode == 0, copied.stderr
        command = [str(self.server.programs / "postgres"), "-D", str(data), "-c", f"port={PORT}"]
        command += ["-c", f"unix_socket_directories={sockets}", "-c", "listen_addresses="]
        # What the primary was started with, and a standby must have at least.
        command += ["-c", "max_connections=200", "-c", "wal_level=logical"]
        with self.log.open("ab") as log:
            process = account.start(command, log=log)
        try:
            assert processes.wait_until(
                lambda: (
                    self.told("SELECT state FROM pg_stat_replication") == [("streaming",)]
                    or process.poll() is not None
                ),
                seconds=SECONDS_MAX,
            )
            assert process.poll() is None, self.log.read_text()[-3000:]
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)
            for path in (data, sockets):
                shutil.rmtree(path)
            assert processes.wait_until(lambda: self.states() == [], seconds=SECONDS_MAX)


@pytest.fixture(scope="module")
def primary(django_db_blocker: DjangoDbBlocker) -> Iterator[Primary]:
    """Run a database that this process is connected to as the program is."""
    directory = Path(tempfile.mkdtemp(prefix="standby-", dir="/tmp"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        server = postgres.ensure_running(directory / "primary", durable=True)
        stack.callback(_remove, server)
        provisioning.provision(server.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
        stack.enter_context(connected_to(server, database=DATABASE))
        stack.enter_context(django_db_blocker.unblock())
        made = Primary(server, directory)
        made.told("CREATE ROLE other")
        yield made
        connections.close_all()


def _remove(server: PostgresServer) -> None:
    server.stop()
    for path in (server.locations.home, server.locations.sockets, server.locations.control):
        shutil.rmtree(path, ignore_errors=True)


def metric() -> float | None:
    observe_standbys()
    return REGISTRY.get_sample_value("cortex_database_standbys_not_awaited")


class TestWithoutAStandby:
    def test_nothing_is_told(self, primary: Primary) -> None:
        assert connected_standbys() == Standbys(0, are_awaited=False)
        assert WATCHED["standbys"]() is None
        assert metric() == 0


class TestWithAStandby:
    def test_it_is_told_whether_commits_wait_for_it(self, primary: Primary) -> None:
        with primary.standby():
            assert primary.states() == ["async"]
            assert connected_standbys() == Standbys(1, are_awaited=False)
            assert (WATCHED["standbys"](), metric()) == (False, 1)
            primary.configure(synchronous_standby_names=STANDBY)
            assert processes.wait_until(lambda: primary.states() == ["sync"], seconds=SECONDS_MAX)
            assert connected_standbys() == Standbys(1, are_awaited=True)
            assert (WATCHED["standbys"](), metric()) == (True, 0)
            # Its name is there, and one of the program's roles does not wait for it.
            for role, waits in ((provisioning.SERVICE, False), ("other", True)):
                primary.told(f"ALTER ROLE {role} SET synchronous_commit = local")
                assert connected_standbys().are_awaited == waits
                primary.told(f"ALTER ROLE {role} RESET synchronous_commit")
            primary.configure(synchronous_standby_names="")

    def test_who_receives_changes_of_rows_alone_is_none(self, primary: Primary) -> None:
        """A logical receiver is nothing to fail over to."""
        primary.told("SELECT pg_create_logical_replication_slot('rows', 'pgoutput')")
        receiver = subprocess.Popen(
            [
                *(primary.server.programs / "pg_recvlogical", "-S", "rows", "--start", "-f", "/dev/null"),
                *("-o", "proto_version=1", "-o", "publication_names=none"),
                *("-d", primary.server.admin_dsn("postgres")),
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            assert processes.wait_until(lambda: primary.states() == ["async"], seconds=SECONDS_MAX)
            assert connected_standbys() == Standbys(0, are_awaited=False)
        finally:
            receiver.terminate()
            receiver.wait(timeout=30)
        assert processes.wait_until(lambda: primary.states() == [], seconds=SECONDS_MAX)
        primary.told("SELECT pg_drop_replication_slot('rows')")
