# SPDX-License-Identifier: Apache-2.0
"""A database migrated once per state of the migration files, and cloned ever after."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from psycopg import sql

from cortex.database import grants
from cortex.database import provision as provisioning
from cortex.policy.schema import FOLDER as POLICIES
from cortex.schemas.event_schemas import FOLDER
from tests.frame.aliases import connected_to
from tests.frame.server import PASSWORDS, Server

PREFIX = "cortex_template_"
LOOKS, SECONDS_BETWEEN_LOOKS = 20, 0.005
BUILDING, IN_USE = 1, 2  # First keys of the advisory locks; the second is the fingerprint.


def fingerprint() -> str:
    """Compute what a template depends on: every migration file, event and policy, and how databases are
    provisioned."""
    digest = hashlib.sha256()
    for module in (provisioning, grants):
        digest.update(Path(module.__file__).read_bytes())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        paths = [*Path(config.path, "migrations").rglob("*"), *Path(config.path).rglob(f"{FOLDER}/*/*.json")]
        paths += Path(config.path).glob(f"{POLICIES}/*.cedar*")
        for path in sorted(paths):
            if path.suffix in {".py", ".sql", ".json", ".cedar", ".cedarschema"}:
                digest.update(f"{config.name}/{path.parent.name}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def template(server: Server) -> Iterator[str]:
    """Yield the name of a migrated database, kept from being swept until the session ends."""
    mark = fingerprint()
    name = PREFIX + mark
    with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s, %s)", [BUILDING, _key(mark)])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _build(admin, server=server, name=name)
        admin.execute("SELECT pg_advisory_lock_shared(%s, %s)", [IN_USE, _key(mark)])
        admin.execute("SELECT pg_advisory_unlock(%s, %s)", [BUILDING, _key(mark)])
        _sweep(admin, keep=name)
        yield name


def _key(mark: str) -> int:
    """Fold a fingerprint into the signed 32 bits that an advisory lock takes."""
    return int(mark[:8], 16) - 2**31


def _build(admin: psycopg.Connection, *, server: Server, name: str) -> None:
    # Built under another name: a session that dies half way leaves nothing that looks finished.
    unfinished = name.replace(PREFIX, "cortex_building_")
    drop(admin, database=unfinished)
    provisioning.provision(server.admin_dsn("postgres"), database=unfinished, passwords=PASSWORDS)
    with connected_to(server, database=unfinished):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    names = {"unfinished": sql.Identifier(unfinished), "name": sql.Identifier(name)}
    admin.execute(sql.SQL("ALTER DATABASE {unfinished} RENAME TO {name}").format(**names))
    # A stray connection would make every CREATE DATABASE … TEMPLATE fail.
    admin.execute(sql.SQL("ALTER DATABASE {name} ALLOW_CONNECTIONS false").format(**names))


def _sweep(admin: psycopg.Connection, *, keep: str) -> None:
    """Drop the templates of migrations that nobody runs any more."""
    rows = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    for (name,) in rows.fetchall():
        lock = [IN_USE, _key(name.removeprefix(PREFIX))]
        if name == keep or not admin.execute("SELECT pg_try_advisory_lock(%s, %s)", lock).fetchone()[0]:
            continue
        drop(admin, database=name)
        admin.execute("SELECT pg_advisory_unlock(%s, %s)", lock)


def drop(admin: psycopg.Connection, *, database: str) -> None:
    """Drop a database with whatever is still connected to it."""
    _let_go(admin, database=database)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _let_go(admin: psycopg.Connection, *, database: str) -> None:
    """Wait for those who are about to leave: PostgreSQL itself looks again after a tenth of a second only."""
    for _ in range(LOOKS):
        query = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = %s)"
        ((occupied,),) = admin.execute(query, [database]).fetchall()
        if not occupied:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)
