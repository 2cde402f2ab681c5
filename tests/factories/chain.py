# SPDX-License-Identifier: Apache-2.0
"""What the verifier makes of the leaves in a database, whoever's they are, and the night of its rows."""

import json
from typing import Any
from uuid import UUID

import psycopg

from apps.audit.management.verifier.verify import Changes
from apps.audit.published import Difference
from apps.audit.services.reconcile_documents import Night, reconcile_all
from cortex.ports.principal import Principal
from tests.frame.clones import Clone


def rows(clone: Clone, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask as a superuser, past the program."""
    with psycopg.connect(clone.admin_dsn) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


def change_row(clone: Clone, statement: str, *values: object) -> None:
    """Change a row as a superuser, past the program."""
    with psycopg.connect(clone.admin_dsn) as connection:
        connection.execute(statement, values)  # type: ignore[arg-type]


def tamper(clone: Clone, table: str, statement: str, *values: object) -> list[Any]:
    """Do what a superuser can: put the triggers of a table to sleep, change it, and return what is told."""
    with psycopg.connect(clone.admin_dsn) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        done = connection.execute(statement.encode(), values)
        return done.fetchall() if done.description else []


def changes_in(clone: Clone) -> tuple[Changes, set[str]]:
    """Return what the verifier makes of all leaves, and the verbs that it looked at."""
    changes, verbs = Changes(), set[str]()
    for index, (body,) in enumerate(rows(clone, "SELECT body FROM audit_entry ORDER BY id")):
        leaf = json.loads(bytes(body))
        changes.meet(leaf, index)
        if {"before", "new"} & set(leaf):
            verbs.add(leaf["verb"])
    return changes, verbs


def night() -> Night:
    """Compare all rows with the newest leaves about them, as the schedule does each night."""
    return reconcile_all(reconciled_by=Principal.service("scheduler"))


def found_at_night() -> list[Difference]:
    """Return what the nightly comparison finds, on the platform and in every company."""
    found = night()
    found.require_whole()
    of_platform = found.platform.differences if found.platform else []
    return [*of_platform, *(one for result in found.results for one in result.differences)]


def found_of(object_type: str) -> list[UUID]:
    """Return the objects of one type that the nightly comparison finds."""
    return [each.object_id for each in found_at_night() if each.column == object_type]


def change_guarded_row(clone: Clone, statement: str, *values: object, table: str) -> None:
    """Change a row that triggers guard, as a superuser who switches them off meanwhile."""
    with psycopg.connect(clone.admin_dsn) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[arg-type]
        connection.execute(statement, values)  # type: ignore[arg-type]
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")  # type: ignore[arg-type]
