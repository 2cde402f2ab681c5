# SPDX-License-Identifier: Apache-2.0
"""What is measured in a database, so that a restored one can be compared: each room tells what it can prove.

A measure reads one snapshot as the administrator, whom row-level security does not bind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql

from cortex.backups.errors import AdministratorMustSeeEverything

TABLES = "tables"
_TABLES: LiteralString = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname
"""
_SEES_EVERYTHING: LiteralString = """
SELECT rolsuper OR rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Values to compare, and doubts: what contradicts itself wherever it is measured."""

    values: Mapping[str, str]
    doubts: tuple[str, ...] = field(default=())


Measure = Callable[[psycopg.Connection], Measured]
_measures: dict[str, Measure] = {}
_public: set[str] = set()


def register_measure(name: str, measure: Measure, *, is_public: bool = False) -> None:
    """Add what a room measures; once, when the program starts.

    Of one that is public the values are kept as evidence, of others a digest alone: they are of companies.
    """
    if _measures.get(name, measure) is not measure:
        raise ValueError(f"measure {name} is registered already")
    _measures[name] = measure
    if is_public:
        _public.add(name)


def is_public(name: str) -> bool:
    """Tell whether everybody of the platform may see the values of a measure."""
    return name in _public


def measured(connection: psycopg.Connection) -> dict[str, Measured]:
    """Return every measure by its name, all of the connection's transaction, which must see one snapshot."""
    found = {TABLES: _row_counts(connection)}
    return found | {name: measure(connection) for name, measure in sorted(_measures.items())}


def require_sight(connection: psycopg.Connection) -> None:
    """Raise AdministratorMustSeeEverything where rows may be hidden: a backup without them would lie."""
    row = connection.execute(_SEES_EVERYTHING).fetchone()
    sees, name = row or (False, "nobody")
    if not sees:
        raise AdministratorMustSeeEverything(
            f"Role {name}: expected one whom row-level security does not bind, got one whom it does."
            " Name a superuser or a role with BYPASSRLS in DATABASE_ADMIN_URL.",
            evidence={"object": name, "expected": "BYPASSRLS", "remedy": "name another role"},
        )


def _row_counts(connection: psycopg.Connection) -> Measured:
    counts = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[str(name)] = str(row[0] if row else 0)
    return Measured(counts)
