# SPDX-License-Identifier: Apache-2.0
"""The administrator's connection: the program itself never has one, so that it is named for each command."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cortex.backups.errors import AdministratorMustBeNamed, DatabaseMustBeReachable

ADMIN_URL = "DATABASE_ADMIN_URL"
# Of a role that reads all and writes nothing, for whoever only takes backups, such as the schedule.
BACKUP_URL = "DATABASE_BACKUP_URL"
# What libpq reads from its environment; an argument would be shown to whoever lists processes.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",  # pragma: allowlist secret
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def administrator(*, environ: Mapping[str, str] = os.environ, database: str | None = None) -> str:
    """Return the connection string of the administrator, to this database if one is named.

    Raises: AdministratorMustBeNamed.
    """
    url = environ.get(ADMIN_URL, "")
    if not url:
        raise AdministratorMustBeNamed(
            f"{ADMIN_URL}: expected the URL of the database's administrator, got nothing. Set it for this"
            " command; on one machine `python -m cortex.embedded admin-url` prints it.",
            evidence={"object": ADMIN_URL, "expected": "postgresql://…", "remedy": f"set {ADMIN_URL}"},
        )
    return make_conninfo(url, dbname=database) if database else url


def reader_of_all(*, environ: Mapping[str, str] = os.environ) -> str:
    """Return the connection string of whoever takes backups; raises AdministratorMustBeNamed."""
    return environ.get(BACKUP_URL) or administrator(environ=environ)


@contextmanager
def one_snapshot(dsn: str) -> Iterator[psycopg.Connection]:
    """Yield a connection whose every statement sees one moment; raises DatabaseMustBeReachable."""
    with reached(dsn) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


def variables(dsn: str) -> dict[str, str]:
    """Return the connection as libpq reads it from the environment of a program."""
    parts = conninfo_to_dict(dsn)
    return {_VARIABLES[name]: str(value) for name, value in parts.items() if name in _VARIABLES and value}


@contextmanager
def reached(dsn: str) -> Iterator[psycopg.Connection]:
    """Yield the administrator's connection; raises DatabaseMustBeReachable."""
    try:
        connection = psycopg.connect(dsn, application_name="cortex backups")
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise DatabaseMustBeReachable(
            f"Database of {ADMIN_URL} or {BACKUP_URL}: expected it to answer, got: {reason}."
            " Correct the URL or start it.",
            evidence={"object": ADMIN_URL, "got": reason, "remedy": "correct the URL or start the server"},
        ) from error
    with connection:
        yield connection
