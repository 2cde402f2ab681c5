# SPDX-License-Identifier: Apache-2.0
"""SQL that stands beside a migration, so that it can be read and reviewed as SQL."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql_file(*, migration: str, name: str) -> RunSQL:
    """Return the operation that runs `sql/<name>` beside the migration module `migration` (`__file__`).

    It cannot be reversed: going back would drop posted rows.
    """
    path = Path(migration).parent / "sql" / name
    return RunSQL(sql=path.read_text(encoding="utf-8"))
