# SPDX-License-Identifier: Apache-2.0
"""Logins to the database that the vault makes: rights, row-level security, expiry and revocation."""

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django.fixtures import Settings

from cortex.database.checks import powers_of_role, refuse_powerful_role
from cortex.database.postgresql.base import DatabaseWrapper
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ports.database_logins import DatabaseLogins
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.database_logins import VaultDatabaseLogins
from cortex.secrets.vault.keeper import Keeper
from cortex.secrets.vault.session import VaultSession
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from tests.factories.people import create_company
from tests.frame.clones import Clone
from tests.frame.openbao import OpenBao
from tests.frame.server import server
from tests.integration.cortex.secrets.database import DatabaseEngine, engine_of

ROLES = (("default", "cortex-app"), ("service", "cortex-service"))


@pytest.fixture
def engine(bao: OpenBao, committed_database: Clone) -> Iterator[DatabaseEngine]:
    engine = engine_of(bao, committed_database)
    engine.roles(lives=("60s", "120s"))
    yield engine
    bao.root().sys.revoke_prefix("database/creds")


@pytest.fixture
def session(options: VaultOptions) -> Iterator[VaultSession]:
    session = VaultSession(dataclasses.replace(options, database_roles=ROLES))
    yield session
    session.close()


@contextmanager
def connected_by(logins: VaultDatabaseLogins) -> Iterator[None]:
    """Let `default` and `service` connect with logins of the vault."""
    plain = {alias: connections[alias] for alias, _ in ROLES}
    for alias, before in plain.items():
        before.close()
        connections[alias] = DatabaseWrapper(connections.settings[alias], alias)
    # Whoever holds the default connection by its proxy asks `connections` each time.
    with override_or_bind(logins):
        try:
            yield
        finally:
            for alias, before in plain.items():
                connections[alias].close()
                connections[alias] = before


@contextmanager
def override_or_bind(logins: VaultDatabaseLogins) -> Iterator[None]:
    """Put the logins behind their port, which nobody binds where no vault is configured."""
    from cortex.database.postgresql import base

    before = base.get
    base.get = lambda port: logins if port is DatabaseLogins else before(port)  # type: ignore[assignment]
    try:
        yield
    finally:
        base.get = before


def who(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT session_user::text")
        return str(cursor.fetchone()[0])


def users_of(database: Clone) -> set[str]:
    with psycopg.connect(server().admin_dsn(database.name)) as admin:
        rows = admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%'").fetchall()
    return {str(name) for (name,) in rows}


class TestLogin:
    def test_has_the_rights_of_its_role_and_row_level_security(
        self, engine: DatabaseEngine, session: VaultSession, settings: Settings
    ) -> None:
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        with connected_by(VaultDatabaseLogins(session)):
            assert who("default").startswith("v-approle-cortex-a")
            assert powers_of_role(alias="default") == powers_of_role(alias="service") == []
            refuse_powerful_role()
            own, other = (create_company(code=code, name=code) for code in ("OWN", "OTHER"))
            stored = get(Storage).put(company_id=own.id, name="x", content=b"text")
            assert get(Storage).read(company_id=own.id, file_id=stored.id) == b"text"
            with scope([other.id]):
                assert transactional(StoredFile.objects.count)() == 0
            with service_transaction() as cursor:
                cursor.execute("SELECT count(*) FROM storage_stored_file")
                assert cursor.fetchone() == (1,)

    def test_of_the_wrong_role_is_refused(
        self, engine: DatabaseEngine, options: VaultOptions, settings: Settings
    ) -> None:
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        for role, power in (("cortex-service", "sees all companies"), ("cortex-owner", "the owner")):
            crossed = (("default", role), ("service", "cortex-service"))
            session = VaultSession(dataclasses.replace(options, database_roles=crossed))
            with (
                connected_by(VaultDatabaseLogins(session)),
                pytest.raises(ImproperlyConfigured, match=power),
            ):
                connections["default"].ensure_connection()
            session.close()

    def test_that_was_revoked_is_replaced_at_the_next_request(
        self, engine: DatabaseEngine, session: VaultSession
    ) -> None:
        with connected_by(VaultDatabaseLogins(session)):
            before = who("default")
            engine.root.sys.revoke_prefix("database/creds/cortex-app")
            connections["default"].close_if_unusable_or_obsolete()
            after = who("default")
        assert after != before

    @pytest.mark.slow
    def test_that_ends_is_replaced_before_without_a_restart(
        self, engine: DatabaseEngine, session: VaultSession
    ) -> None:
        engine.roles(lives=("2s", "2s"))
        seen = set()
        with connected_by(VaultDatabaseLogins(session)):
            deadline = time.monotonic() + 4
            while time.monotonic() < deadline:
                connections["default"].close_if_unusable_or_obsolete()
                seen.add(who("default"))
                time.sleep(0.1)
        assert len(seen) >= 3

    @pytest.mark.slow
    def test_is_renewed_while_it_is_in_use(self, engine: DatabaseEngine, session: VaultSession) -> None:
        engine.roles(lives=("2s", "60s"))
        logins = VaultDatabaseLogins(session)
        keeper = Keeper(session, logins)
        session.when_logged_in(keeper.ensure_running)
        with connected_by(logins):
            before = who("default")
            time.sleep(3.5)
            assert who("default") == before
            assert logins.login(alias="default").user == before
        keeper.close()

    def test_is_dropped_when_the_process_ends(
        self, engine: DatabaseEngine, session: VaultSession, committed_database: Clone
    ) -> None:
        logins = VaultDatabaseLogins(session)
        keeper = Keeper(session, logins)
        made = {logins.login(alias=alias).user for alias, _ in ROLES}
        assert made <= users_of(committed_database)
        keeper.close()
        deadline = time.monotonic() + 5
        while made & users_of(committed_database) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert made & users_of(committed_database) == set()

    @pytest.mark.slow
    def test_that_is_kept_connects_while_the_vault_is_away(
        self, engine: DatabaseEngine, session: VaultSession, bao: OpenBao
    ) -> None:
        logins = VaultDatabaseLogins(session)
        with connected_by(logins):
            before = who("default")
            bao.pause()
            connections["default"].close()
            assert who("default") == before
            connections["service"].close()
            with pytest.raises(VaultMustBeReachable):
                who("service")
            bao.resume()
            time.sleep(2.1)
            assert who("service").startswith("v-approle-cortex-s")
