# SPDX-License-Identifier: Apache-2.0
"""The frame itself: which role a test is, what it leaves behind, and which tests it refuses."""

import os
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import conninfo_to_dict

from cortex.database.commit_position import record_commit_position
from cortex.database.provision import ROLES
from cortex.embedded import memory
from tests import conftest
from tests.frame.clones import PREFIX, Clone, refuse_powerful_session, sweep_abandoned
from tests.frame.server import server, sweep_memory

POSITIONS = "SELECT count(*) FROM database_commit_position"


def count(alias: str = "default") -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(POSITIONS)
        return cursor.fetchone()[0]


class TestRolledBackTest:
    @pytest.mark.django_db
    @pytest.mark.parametrize("turn", [1, 2])
    def test_sees_nothing_of_the_one_before(self, turn: int) -> None:
        assert count() == 0
        record_commit_position()
        assert count() == 1


class TestCommittedDatabase:
    def test_shows_commits_to_other_threads_and_roles(self, committed_database: Clone) -> None:
        seen: list[int] = []

        def look() -> None:
            seen.append(count("service"))
            connections["service"].close()

        record_commit_position()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert seen == [1]

    def test_is_open_to_the_roles_of_the_program_alone(self, committed_database: Clone) -> None:
        query = (
            "SELECT DISTINCT grantee::regrole::text FROM pg_database, aclexplode(datacl)"
            " WHERE datname = %s AND privilege_type = 'CONNECT'"
        )
        with psycopg.connect(committed_database.admin_dsn) as admin:
            roles = {role for (role,) in admin.execute(query, [committed_database.name]).fetchall()}
        assert roles == set(ROLES)

    def test_begins_empty_again(self, committed_database: Clone) -> None:
        assert count() == 0

    def test_points_child_processes_at_itself(self, committed_database: Clone) -> None:
        users = {name: conninfo_to_dict(os.environ[name])["user"] for name in committed_database.environment}
        assert users == {
            "DATABASE_URL": "cortex_app",
            "DATABASE_OWNER_URL": "cortex_owner",
            "DATABASE_SERVICE_URL": "cortex_service",
        }
        assert conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"] == committed_database.name


class TestSession:
    def connected_as(self, alias: str, user: dict[str, object]) -> None:
        connection.close()
        connections.settings[alias].update(user)

    @pytest.mark.parametrize("alias", ["owner", "superuser"])
    def test_is_refused_when_row_level_security_would_not_bind_it(
        self, committed_database: Clone, alias: str
    ) -> None:
        admin = conninfo_to_dict(committed_database.admin_dsn)
        logins = {
            "owner": {name: connections.settings["owner"][name] for name in ("USER", "PASSWORD")},
            "superuser": {"USER": admin["user"], "PASSWORD": admin["password"]},
        }
        self.connected_as("default", logins[alias])
        with pytest.raises(AssertionError, match="expected a role that row-level security binds"):
            refuse_powerful_session()

    def test_is_accepted_as_the_application_role(self, committed_database: Clone) -> None:
        refuse_powerful_session()


class TestAbandonedClone:
    def test_is_dropped_once_its_session_is_gone(self, committed_database: Clone) -> None:
        gone = f"{PREFIX}{2**22 + 1}_1"  # One above the highest process id of Linux.
        with psycopg.connect(server().admin_dsn("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{gone}"')
            sweep_abandoned(server())
            left = {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}
        assert gone not in left
        assert committed_database.name in left


class TestAbandonedMemory:
    def test_is_given_back_once_the_checkout_is_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "MEMORY", tmp_path)
        kept, gone = tmp_path / f"{memory.PREFIX}kept", tmp_path / f"{memory.PREFIX}gone"
        for home, base in ((kept, tmp_path), (gone, tmp_path / "removed")):
            home.mkdir()
            (home / "base").write_text(f"{base}\n")
        sweep_memory()
        assert (kept.exists(), gone.exists()) == (True, False)


class TestFlushingTest:
    @pytest.mark.parametrize("fixture", ["transactional_db", "live_server", "django_db_reset_sequences"])
    def test_is_refused_at_collection(self, fixture: str, request: pytest.FixtureRequest) -> None:
        item = pytest.Function.from_parent(request.node.parent, name="flushing", callobj=lambda: None)
        item.fixturenames.append(fixture)
        with pytest.raises(pytest.UsageError, match="expected the fixture `committed_database`"):
            conftest.pytest_collection_modifyitems([item])

    def test_is_refused_by_its_marker_too(self, request: pytest.FixtureRequest) -> None:
        item = pytest.Function.from_parent(request.node.parent, name="flushing", callobj=lambda: None)
        item.add_marker(pytest.mark.django_db(transaction=True))
        with pytest.raises(pytest.UsageError, match="cleans up by TRUNCATE"):
            conftest.pytest_collection_modifyitems([item])
