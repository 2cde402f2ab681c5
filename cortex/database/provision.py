# SPDX-License-Identifier: Apache-2.0
"""The three database roles and their database, made by an administrator before the first migration."""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

OWNER = "cortex_owner"
APPLICATION = "cortex_app"
SERVICE = "cortex_service"
ROLES = (OWNER, APPLICATION, SERVICE)
# None of the three may grow: no superuser, no bypass of row-level security, no new roles or databases.
# Only what is wrong is altered, since naming some of these at all takes a superuser.
RIGHTS: Mapping[str, tuple[bool, LiteralString]] = {
    "rolcanlogin": (True, "LOGIN"),
    "rolsuper": (False, "NOSUPERUSER"),
    "rolbypassrls": (False, "NOBYPASSRLS"),
    "rolcreatedb": (False, "NOCREATEDB"),
    "rolcreaterole": (False, "NOCREATEROLE"),
    "rolreplication": (False, "NOREPLICATION"),
}
# Exclusion constraints over companies and date ranges need it; PostgreSQL trusts it since version 13.
EXTENSION = "btree_gist"
# Any number will do; two provisionings of one server must not interleave.
LOCK_KEY = 0x0C0127E8


def provision(admin_dsn: str, *, database: str, passwords: Mapping[str, str]) -> None:
    """Create or repair roles, database, schema and rights; a second call changes nothing but passwords.

    Shapes: passwords has exactly the keys of ROLES.
    Errors: psycopg.Error, when the administrator may not create roles or databases.
    """
    _require_passwords(passwords)
    with psycopg.connect(admin_dsn, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        for role in ROLES:
            _ensure_role(server, role=role, password=passwords[role])
        _ensure_database(server, database=database)
    with psycopg.connect(make_conninfo(admin_dsn, dbname=database)) as inside:
        _arrange_schema(inside, database=database)


def _require_passwords(passwords: Mapping[str, str]) -> None:
    if set(passwords) != set(ROLES) or not all(passwords.values()):
        raise ValueError(
            f"passwords are needed for {', '.join(ROLES)}; got {', '.join(sorted(passwords)) or 'none'}"
        )


def _ensure_role(server: psycopg.Connection, *, role: str, password: str) -> None:
    name = sql.Identifier(role)
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    # The server sees a verifier only: a statement with the password itself could reach its log.
    verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    rights = sql.SQL(" ").join(map(sql.SQL, _wrong_rights(server, role=role)))
    server.execute(sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(name, rights, sql.Literal(verifier)))


def _wrong_rights(server: psycopg.Connection, *, role: str) -> list[LiteralString]:
    """List the clauses that set right what differs from RIGHTS."""
    columns = sql.SQL(", ").join(map(sql.Identifier, RIGHTS))
    found = server.execute(sql.SQL("SELECT {} FROM pg_roles WHERE rolname = %s").format(columns), [role])
    row = found.fetchone() or ()
    wanted = RIGHTS.values()
    return [clause for has, (expected, clause) in zip(row, wanted, strict=True) if has is not expected]


def _ensure_database(server: psycopg.Connection, *, database: str) -> None:
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        # The administrator of a hosted server is no superuser, so must belong to a role to give it something.
        server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(name, owner)
        )
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))


def open_to_roles(server: psycopg.Connection, *, database: str) -> None:
    """Close a database to everybody and open it to the three roles; a copy starts open to everybody."""
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {owner}, {others}",
    ):
        server.execute(sql.SQL(statement).format(**_names(database)))


def _arrange_schema(inside: psycopg.Connection, *, database: str) -> None:
    """Open the schema to the three roles alone; tables grant their own rights."""
    open_to_roles(inside, database=database)
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {others}",
        # Functions are open to PUBLIC unless told otherwise; each migration grants what its roles need.
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ):
        inside.execute(sql.SQL(statement).format(**_names(database)))


def _names(database: str) -> Mapping[str, sql.Composable]:
    return {
        "database": sql.Identifier(database),
        "owner": sql.Identifier(OWNER),
        "others": sql.SQL(", ").join(map(sql.Identifier, (APPLICATION, SERVICE))),
        "extension": sql.Identifier(EXTENSION),
    }
