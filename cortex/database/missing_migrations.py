# SPDX-License-Identifier: Apache-2.0
"""Whether the schema is the one that this release expects; worker and beat do not start before it is.

A job that meets an older schema fails for good, while a request is told and comes again: web processes start,
and `/health/startup` keeps traffic away from them.
"""

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from cortex.boot.lifecycle import hook
from cortex.errors import CortexError

REMEDY = "run `cortex migrate`, and start again"


class MigrationsMustBeApplied(CortexError):
    """The database is one of an earlier release."""

    code = "database.migrations_must_be_applied"
    status = 503

    def __init__(self, *, missing: tuple[str, ...]) -> None:
        """Name what is missing."""
        super().__init__(
            f"Database: expected every migration of this release, got {len(missing)} fewer, the first "
            f"{missing[0]}; {REMEDY}.",
            evidence={
                "object": "database",
                "expected": "every migration of this release",
                "got": f"{len(missing)} not applied: {', '.join(missing[:20])}",
                "difference": len(missing),
                "remedy": REMEDY,
            },
        )


def missing_migrations() -> tuple[str, ...]:
    """Return what `migrate` would apply now, in its order; raises DatabaseError."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan)


@hook("on_boot", name="database.migrations", processes=("worker", "beat"), after=("database.roles",))
def refuse_while_migrations_are_missing() -> None:
    """Start no work that would fail; raises MigrationsMustBeApplied.

    A database that is away stops nothing.
    """
    try:
        missing = missing_migrations()
    except (DatabaseError, InterfaceError):
        return
    if missing:
        raise MigrationsMustBeApplied(missing=missing)
