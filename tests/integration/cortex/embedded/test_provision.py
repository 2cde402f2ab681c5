# SPDX-License-Identifier: Apache-2.0
"""Roles, database and schema on every PostgreSQL that this machine has: what each role may, and no more."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from cortex.database.provision import ROLES, provision
from cortex.embedded import binaries, console, postgres
from cortex.embedded.environment import URL_OF_ROLE
from cortex.embedded.errors import ConfigurationIncomplete, StepFailed
from cortex.embedded.postgres import PostgresServer

PASSWORDS = {role: f"first of {role}" for role in ROLES}
DATABASE = "books of account"
# The wheel's first, then whatever the machine brings: 15 is the oldest that must work.
VERSIONS = [
    None,
    *(
        path
        for path in sorted(binaries.SYSTEM_POSTGRES.glob("*/bin"))
        if binaries.postgres_major(directory=path) >= binaries.POSTGRES_MAJOR_MIN
    ),
]


@pytest.fixture(params=VERSIONS, ids=lambda path: "wheel" if path is None else f"machine-{path.parent.name}")
def server(
    base: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostgresServer]:
    if request.param is not None:
        monkeypatch.setattr(binaries, "postgres_directory", lambda **_: request.param)
    running = postgres.ensure_running(base, durable=False)
    provision(running.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
    yield running
    running.stop()


def connect(server: PostgresServer, role: str, database: str = DATABASE) -> psycopg.Connection:
    return psycopg.connect(server.url(role, PASSWORDS[role], database), autocommit=True)


class TestProvision:
    def test_makes_roles_that_cannot_grow(self, server: PostgresServer) -> None:
        with psycopg.connect(server.admin_dsn("postgres")) as admin:
            rows = admin.execute(
                "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,"
                " rolreplication FROM pg_roles WHERE rolname LIKE 'cortex%' ORDER BY rolname"
            ).fetchall()
        assert rows == [(role, True, False, False, False, False, False) for role in sorted(ROLES)]

    def test_lets_the_owner_own_and_the_others_only_look_in(self, server: PostgresServer) -> None:
        with connect(server, "cortex_owner") as owner:
            owner.execute("CREATE TABLE posted (amount_minor bigint)")
            owner.execute("CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        for role in ("cortex_app", "cortex_service"):
            with connect(server, role) as other:
                for statement in (
                    "CREATE TABLE mine (id int)",
                    "CREATE SCHEMA mine",
                    "CREATE TEMPORARY TABLE mine (id int)",
                    "SELECT * FROM posted",
                    "INSERT INTO posted VALUES (1)",
                    "SELECT total()",
                    "SET ROLE cortex_owner",
                ):
                    with pytest.raises(errors.InsufficientPrivilege):
                        other.execute(statement)

    def test_offers_exclusion_constraints_over_companies(self, server: PostgresServer) -> None:
        with connect(server, "cortex_owner") as owner:
            owner.execute(
                "CREATE TABLE years (company_id uuid, days daterange,"
                " EXCLUDE USING gist (company_id WITH =, days WITH &&))"
            )

    def test_closes_the_database_to_everybody_else(self, server: PostgresServer) -> None:
        with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
            admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(server.url("stranger", "stranger", DATABASE))

    def test_changes_nothing_the_second_time_but_the_passwords(self, server: PostgresServer) -> None:
        with connect(server, "cortex_owner") as owner:
            owner.execute("CREATE TABLE kept (id int)")
        second = {role: f"second of {role}" for role in ROLES}
        provision(server.admin_dsn("postgres"), database=DATABASE, passwords=second)
        with psycopg.connect(server.url("cortex_owner", second["cortex_owner"], DATABASE)) as owner:
            assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(server, "cortex_app")

    def test_takes_back_rights_that_somebody_gave(self, server: PostgresServer) -> None:
        with psycopg.connect(server.admin_dsn(DATABASE), autocommit=True) as admin:
            admin.execute("ALTER ROLE cortex_app CREATEDB BYPASSRLS")
            admin.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        provision(server.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
        with connect(server, "cortex_app") as other, pytest.raises(errors.InsufficientPrivilege):
            other.execute("CREATE TABLE mine (id int)")
        with psycopg.connect(server.admin_dsn(DATABASE)) as admin:
            row = admin.execute(
                "SELECT rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = 'cortex_app'"
            ).fetchone()
        assert row == (False, False)

    def test_works_for_an_administrator_who_is_no_superuser(self, server: PostgresServer) -> None:
        with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
            for role in ROLES:
                admin.execute(f'DROP OWNED BY "{role}"')
            admin.execute(f'DROP DATABASE "{DATABASE}"')
            for role in ROLES:
                admin.execute(f'DROP ROLE "{role}"')
            admin.execute("CREATE ROLE hosted LOGIN CREATEDB CREATEROLE PASSWORD 'hosted'")
        hosted = server.url("hosted", "hosted", "postgres")
        for _ in range(2):
            provision(hosted, database=DATABASE, passwords=PASSWORDS)
        with connect(server, "cortex_owner") as owner:
            owner.execute("CREATE TABLE posted (amount_minor bigint)")


def test_a_missing_or_empty_password_is_refused_before_anything_is_asked() -> None:
    for passwords in ({}, {**PASSWORDS, "cortex_app": ""}, {**PASSWORDS, "postgres": "x"}):
        with pytest.raises(ValueError, match="passwords are needed for"):
            provision("host=/nonexistent", database=DATABASE, passwords=passwords)


class TestCommand:
    """`python -m cortex.embedded provision` for a server of the operator's own."""

    @pytest.fixture
    def urls(self, base: Path) -> dict[str, str]:
        running = postgres.ensure_running(base, durable=False)
        return {
            "DATABASE_ADMIN_URL": running.admin_dsn("postgres"),
            "DATABASE_OWNER_URL": running.url("cortex_owner", "o/1", "books"),
            "DATABASE_URL": running.url("cortex_app", "a/1", "books"),
            "DATABASE_SERVICE_URL": running.url("cortex_service", "s/1", "books"),
        }

    def provision(self, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DATABASE_ADMIN_URL", *URL_OF_ROLE.values()):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        console.provision_own_server()

    def test_makes_what_the_urls_name(
        self, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.provision(urls, monkeypatch)
        said = "Database books is ready for cortex_owner, cortex_app, cortex_service.\n"
        assert capsys.readouterr().out == said
        for name in URL_OF_ROLE.values():
            psycopg.connect(urls[name]).close()

    def test_refuses_urls_that_do_not_fit_together(
        self, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = urls["DATABASE_URL"].replace("/books?", "/others?")
        for wrong, sentence in (
            ({"DATABASE_ADMIN_URL": ""}, "Set DATABASE_ADMIN_URL, DATABASE_OWNER_URL"),
            ({"DATABASE_URL": elsewhere}, "must name the same database"),
            ({"DATABASE_URL": urls["DATABASE_SERVICE_URL"]}, "DATABASE_URL must name cortex_app"),
        ):
            with pytest.raises(ConfigurationIncomplete, match=sentence):
                self.provision({**urls, **wrong}, monkeypatch)

    def test_tells_why_the_server_refused(
        self, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refused = {**urls, "DATABASE_ADMIN_URL": urls["DATABASE_ADMIN_URL"].replace("postgres", "nobody", 1)}
        with pytest.raises(StepFailed, match=r"The server of DATABASE_ADMIN_URL refused \("):
            self.provision(refused, monkeypatch)
