# SPDX-License-Identifier: Apache-2.0
"""A durable PostgreSQL of its own, with one fresh database for the program and one for raw SQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cortex.database.provision import ROLES, provision
from cortex.embedded import cluster, postgres, valkey
from cortex.embedded.environment import BROKER_URL, URL_OF_ROLE
from cortex.embedded.postgres import PostgresServer
from cortex.embedded.valkey import ValkeyServer

STATE = Path(".cortex/bench")
PROGRAM, RAW = "cortex_bench", "raw_bench"
# They guard nothing: the server listens on a socket of this user and holds generated figures.
PASSWORDS = {role: f"bench-{role}" for role in ROLES}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to measure: connection strings of the administrator, and the server's process."""

    program_dsn: str
    raw_dsn: str
    postmaster: int


@contextmanager
def prepared() -> Iterator[Place]:
    """Start the servers, yield the place with new databases, and stop the servers."""
    server, broker = postgres.ensure_running(STATE, durable=True), valkey.ensure_running(STATE)
    try:
        yield _place(server, broker)
    finally:
        broker.stop()
        server.stop()


def _place(server: PostgresServer, broker: ValkeyServer) -> Place:
    """Drop what an earlier run left, and point the environment at a new database."""
    with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as admin:
        for name in (PROGRAM, RAW):
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {RAW}")
    provision(server.admin_dsn("postgres"), database=PROGRAM, passwords=PASSWORDS)
    urls = {URL_OF_ROLE[role]: server.url(role, PASSWORDS[role], PROGRAM) for role in ROLES}
    os.environ |= {
        **urls,
        BROKER_URL: broker.url(),
        "DJANGO_SETTINGS_MODULE": "bench.worker_settings",
        # As in production: with it, Django keeps every query it ran.
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "STATIC_ROOT": str(_empty(STATE / "static")),
        "SECRET_KEY": "generated-figures-only-" * 3,
    }
    pid = cluster.postmaster(data=server.data)
    if pid is None:
        raise SystemExit("PostgreSQL ended as soon as it had started; read .cortex/bench/log/postgres.log.")
    return Place(program_dsn=server.admin_dsn(PROGRAM), raw_dsn=server.admin_dsn(RAW), postmaster=pid)


def _empty(directory: Path) -> Path:
    """Make a directory, so that the web server has one to serve files from."""
    directory.mkdir(exist_ok=True)
    return directory.resolve()
