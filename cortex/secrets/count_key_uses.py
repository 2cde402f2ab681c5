# SPDX-License-Identifier: Apache-2.0
"""Add up what processes counted: a row and a leaf for each key that was used since the last round."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.secrets.models import KeyUseCount
from cortex.tenancy import scope

COUNTED, OBJECT_TYPE = "secrets.key.uses_counted", "secrets.key_use_count"
# Of two rounds at once the second waits for the rows of the first, and finds them gone: each tally is counted
# once. What is committed behind this statement is the next round's.
_TAKE = """
DELETE FROM secrets_key_tally
RETURNING keeper, key_id, version, operation, process, uses, since_at, until_at
"""


def count_key_uses(*, counted_by: Principal) -> Sequence[KeyUseCount]:
    """Return a row for each key that was used; keys are the platform's, so no company sees it."""
    with scope([]):
        return _add_up(counted_by)


@transactional
def _add_up(counted_by: Principal) -> Sequence[KeyUseCount]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        taken = sorted(cursor.fetchall())
    counts = [
        _count(keeper, key_id, list(told))
        for (keeper, key_id), told in groupby(taken, key=lambda row: (row[0], row[1]))
    ]
    for row in counts:
        row.save(force_insert=True)
        record = AuditRecord(verb=COUNTED, object_type=OBJECT_TYPE, object_id=row.id, digest=row.digest)
        get(AuditLog).append(company_id=None, actor=counted_by, records=[record])
    return counts


def _count(keeper: str, key_id: str, taken: Sequence[Sequence[Any]]) -> KeyUseCount:
    row = KeyUseCount(
        id=uuid7(),
        keeper=keeper,
        key_id=key_id,
        since_at=min(told[6] for told in taken),
        until_at=max(told[7] for told in taken),
        use_count=sum(told[5] for told in taken),
        uses=_uses(taken),
    )
    row.digest = canonical_digest(count_statement(row))
    return row


def _uses(taken: Iterable[Sequence[Any]]) -> list[dict[str, str | int]]:
    """Return how often each version did what, in which kind of process."""
    counted = Counter[tuple[int, str, str]]()
    for _, _, version, operation, process, uses, *_ in taken:
        counted[version, operation, process] += uses
    return [
        {"version": version, "operation": operation, "process": process, "count": count}
        for (version, operation, process), count in sorted(counted.items())
    ]


def count_statement(row: KeyUseCount) -> dict[str, Any]:
    """Return what the digest of a count is taken of."""
    return {
        "keeper": row.keeper,
        "key_id": row.key_id,
        "since_at": _in_utc(row.since_at),
        "until_at": _in_utc(row.until_at),
        "use_count": row.use_count,
        "uses": row.uses,
    }


def _in_utc(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
