# SPDX-License-Identifier: Apache-2.0
"""The embedded PostgreSQL on real processes: its promises, and what it survives."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from cortex.embedded import cluster, postgres, processes
from cortex.embedded.errors import ServerDidNotStart, StateUnusable
from cortex.embedded.postgres import PostgresServer


def one(server: PostgresServer, query: str) -> str:
    with psycopg.connect(server.admin_dsn("postgres")) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def kill(server: PostgresServer) -> int:
    """Kill the server as a crash would, and return the pid that it had."""
    pid = cluster.postmaster(data=server.data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.command_line(pid=pid), seconds=10)
    return pid


class TestServer:
    def test_keeps_the_promises_of_its_command_line_and_its_data(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "password_encryption": "scram-sha-256",  # pragma: allowlist secret
            "max_connections": "200",
            "wal_level": "logical",
            "wal_log_hints": "on",
            "shared_preload_libraries": "pg_stat_statements",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        assert {name: one(server, f"SHOW {name}") for name in settings} == settings
        assert one(server, "SELECT datcollate FROM pg_database WHERE datname = 'template0'") == "C.UTF-8"
        rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
        assert one(server, rules) == "scram-sha-256"

    def test_keeps_its_password_out_of_the_command_line_and_from_others(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=False)
        password = cluster.password_file(locations=server.locations)
        pid = cluster.postmaster(data=server.data)
        assert pid is not None
        assert password.stat().st_mode & 0o777 == 0o600
        assert password.read_text() not in " ".join(processes.command_line(pid=pid))

    def test_keeps_socket_and_log_outside_its_data(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=False)
        assert not server.locations.sockets.is_relative_to(server.data)
        assert (base / "log" / "postgres.log").stat().st_size > 0
        assert list(server.data.glob("*.log")) == []

    def test_is_started_once_when_several_ask_at_the_same_time(self, base: Path) -> None:
        with ThreadPoolExecutor(4) as pool:
            servers = list(pool.map(lambda _: postgres.ensure_running(base, durable=False), range(4)))
        assert len({(server.data, cluster.postmaster(data=server.data)) for server in servers}) == 1

    def test_stops_and_comes_back_with_its_data(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=False)
        with psycopg.connect(server.admin_dsn("postgres")) as connection:
            connection.execute("CREATE TABLE kept (amount_minor bigint)")
        server.stop()
        assert not server.answers()
        assert cluster.postmaster(data=server.data) is None
        assert one(postgres.ensure_running(base, durable=False), "SELECT count(*) FROM kept") == "0"


class TestRecovery:
    def test_loses_no_committed_row_when_the_server_is_killed(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=True)
        with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE posted (amount_minor bigint)")
            connection.execute("INSERT INTO posted SELECT generate_series(1, 1000)")
            pid = kill(server)
        again = postgres.ensure_running(base, durable=True)
        assert cluster.postmaster(data=again.data) != pid
        assert one(again, "SELECT sum(amount_minor) FROM posted") == "500500"

    def test_starts_although_another_program_has_the_pid_of_a_killed_server(self, base: Path) -> None:
        server = postgres.ensure_running(base, durable=False)
        kill(server)
        file = server.data / "postmaster.pid"
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        with subprocess.Popen(command) as other:
            file.write_text("\n".join([str(other.pid), *file.read_text().splitlines()[1:]]) + "\n")
            assert postgres.ensure_running(base, durable=False).answers()
            assert other.poll() is None
            other.kill()

    def test_begins_anew_when_an_earlier_initdb_was_interrupted(self, base: Path) -> None:
        half_finished = postgres.prepare(base, durable=False).data.parent / ".initdb-interrupted"
        shutil.copytree(half_finished.parent / "data", half_finished / "data")
        shutil.rmtree(half_finished.parent / "data")
        assert postgres.ensure_running(base, durable=False).answers()
        assert not half_finished.exists()


class TestRefusal:
    def test_names_both_versions_when_the_data_is_of_another(self, base: Path) -> None:
        server = postgres.prepare(base, durable=False)
        version = server.data / "PG_VERSION"
        made_by = version.read_text()
        version.write_text("14\n")
        with pytest.raises(StateUnusable, match=r"was made by PostgreSQL 14 and .* move .* away"):
            postgres.ensure_running(base, durable=False)
        version.write_text(made_by)
        assert postgres.ensure_running(base, durable=False).answers()

    def test_says_what_to_do_when_the_password_is_gone(self, base: Path) -> None:
        server = postgres.prepare(base, durable=False)
        file = cluster.password_file(locations=server.locations)
        password = file.read_text()
        file.unlink()
        with pytest.raises(StateUnusable, match="restore the file"):
            postgres.ensure_running(base, durable=False)
        file.write_text(password)

    def test_tells_the_reason_that_the_server_gave(self, base: Path) -> None:
        server = postgres.prepare(base, durable=False)
        hba = server.data / "pg_hba.conf"
        rules = hba.read_text()
        hba.write_text("nonsense\n")
        with pytest.raises(
            ServerDidNotStart, match=r"did not start on .* \(could not load .*pg_hba.conf\); read"
        ):
            postgres.ensure_running(base, durable=False)
        hba.write_text(rules)
