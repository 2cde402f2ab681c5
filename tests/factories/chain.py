# SPDX-License-Identifier: Apache-2.0
"""What the verifier makes of the leaves that are in a database, whoever's they are."""

import json
from typing import Any

import psycopg

from apps.audit.management.verifier.verify import Changes
from tests.frame.clones import Clone


def rows(clone: Clone, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask as a superuser, past the program."""
    with psycopg.connect(clone.admin_dsn) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


def change_row(clone: Clone, statement: str, *values: object) -> None:
    """Change a row as a superuser, past the program."""
    with psycopg.connect(clone.admin_dsn) as connection:
        connection.execute(statement, values)  # type: ignore[arg-type]


def changes_in(clone: Clone) -> tuple[Changes, set[str]]:
    """Return what the verifier makes of all leaves, and the verbs that it looked at."""
    changes, verbs = Changes(), set[str]()
    for index, (body,) in enumerate(rows(clone, "SELECT body FROM audit_entry ORDER BY id")):
        leaf = json.loads(bytes(body))
        changes.meet(leaf, index)
        if {"before", "new"} & set(leaf):
            verbs.add(leaf["verb"])
    return changes, verbs
