# SPDX-License-Identifier: Apache-2.0
"""What most probes do: count rows that should not be there, and name the first of them by opaque ids."""

from datetime import timedelta
from typing import Any

from django.db import connection

from apps.audit.domain.compliance.probe import Asked, Finding, judged

TOLD_MAX = 20


def none_of(offending: Any, *, of: int, well: str, ill: str, key: str = "id", **evidence: Any) -> Finding:
    """Return a pass where the rows are empty; `of` is how many were looked at."""
    count = offending.count()
    first = [str(each) for each in offending.order_by(key).values_list(key, flat=True)[:TOLD_MAX]]
    told = {"looked_at": of, "offending": count, "first": first, **evidence}
    return judged(count == 0, well=well, ill=f"{ill}: {count} of {of}.", **told)


def none_in(offending: list[str], *, of: int, well: str, ill: str, **evidence: Any) -> Finding:
    """Return a pass where the list of opaque names is empty."""
    told = {"looked_at": of, "offending": len(offending), "first": sorted(offending)[:TOLD_MAX], **evidence}
    return judged(not offending, well=well, ill=f"{ill}: {len(offending)} of {of}.", **told)


def days_before(asked: Asked, name: str = "days") -> Any:
    """Return the instant that many days before the question."""
    return asked.now - timedelta(days=asked[name])


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return what a statement of the catalogue answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
