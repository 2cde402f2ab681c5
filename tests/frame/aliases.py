# SPDX-License-Identifier: Apache-2.0
"""Point Django's three aliases, and the environment of child processes, at one database."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from cortex.database.provision import APPLICATION, OWNER, SERVICE
from tests.frame.server import PASSWORDS, Server

# alias: (login, variable that the settings read)
LOGINS = {
    "default": (APPLICATION, "DATABASE_URL"),
    "owner": (OWNER, "DATABASE_OWNER_URL"),
    "service": (SERVICE, "DATABASE_SERVICE_URL"),
}
FIELDS = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}


def urls(server: Server, *, database: str) -> dict[str, str]:
    """Return the variables that point a process at this database, each with its own login."""
    return {variable: server.url(role, PASSWORDS[role], database) for role, variable in LOGINS.values()}


@contextmanager
def connected_to(server: Server, *, database: str) -> Iterator[Mapping[str, str]]:
    """Let all three aliases, in every thread and child process, meet in this database; then go back."""
    wanted = urls(server, database=database)
    before = {variable: os.environ.get(variable) for variable in wanted}
    kept = {alias: {field: connections.settings[alias][field] for field in FIELDS} for alias in LOGINS}
    try:
        os.environ.update(wanted)
        for alias, (_, variable) in LOGINS.items():
            parts = conninfo_to_dict(wanted[variable])
            _point(alias, {field: str(parts.get(key, "")) for field, key in FIELDS.items()})
        yield wanted
    finally:
        for alias, fields in kept.items():
            _point(alias, fields)
        for variable, value in before.items():
            os.environ.pop(variable, None) if value is None else os.environ.update({variable: value})


def _point(alias: str, fields: Mapping[str, str]) -> None:
    connection = connections[alias]
    connection.close()
    if getattr(connection, "pool", None):
        connection.close_pool()
    # Every thread's connection object shares this dictionary, so those still to come obey as well.
    connections.settings[alias].update(fields)
