# SPDX-License-Identifier: Apache-2.0
"""Throw-away copies of the template: one per worker, and one per test that really commits."""

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from cortex.database import provision as provisioning
from tests.frame.aliases import connected_to
from tests.frame.server import Server
from tests.frame.template import drop

PREFIX = "cortex_test_"
_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Clone:
    """A database of its own: its name, its administrator's DSN, and the variables for child processes."""

    name: str
    admin_dsn: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)


@contextmanager
def clone(server: Server, *, template: str) -> Iterator[Clone]:
    """Yield a fresh copy of the template that all aliases point at, and drop it afterwards."""
    with copy(server, template=template) as name, connected_to(server, database=name) as environment:
        yield Clone(name=name, admin_dsn=server.admin_dsn(name), environment=environment)


@contextmanager
def copy(server: Server, *, template: str) -> Iterator[str]:
    """Yield the name of a fresh copy that nobody is connected to, and drop it afterwards."""
    name = f"{PREFIX}{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
        # Nothing of it goes through the write-ahead log: a third less work, and no checkpoint for a full log.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
        admin.execute(statement.format(*map(sql.Identifier, (name, template, provisioning.OWNER))))
        try:
            # Rights on the database itself are not copied, and tests must not enjoy more than production.
            provisioning.open_to_roles(admin, database=name)
            yield name
        finally:
            drop(admin, database=name)


def sweep_abandoned(server: Server) -> None:
    """Drop the clones of sessions that were killed; their names carry the process id."""
    with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
        rows = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        for (name,) in rows.fetchall():
            if not Path("/proc", name.removeprefix(PREFIX).partition("_")[0]).exists():
                drop(admin, database=name)


def refuse_powerful_session() -> None:
    """Fail when `default` is a role that row-level security would not bind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls, pg_get_userbyid(datdba)"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        )
        user, is_powerful, owner = cursor.fetchone()
    if is_powerful or user == owner:
        got = "one that bypasses it" if is_powerful else "the owner of the database"
        raise AssertionError(
            f"Tests connect as {user}: expected a role that row-level security binds, got {got}. "
            f"Use {provisioning.APPLICATION}."
        )
