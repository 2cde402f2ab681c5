# SPDX-License-Identifier: Apache-2.0
"""What was sealed of the logs of processes, for the custodian, for archives and for probes."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, QuerySet

from apps.audit.domain.custody.cutting import History
from apps.audit.domain.custody.segment import Segment
from apps.audit.domain.policy_names import SEAL_SEGMENT
from apps.audit.models import LogCustodian, LogSegment
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional

# A machine has a handful of files; older ones were rotated away.
_CLOSED_MAX = 32
_AT_ONCE = 5_000
_STATEMENTS = """
SELECT leaf.leaf_index, segment.statement FROM audit_leaf leaf
  JOIN audit_entry entry ON entry.id = leaf.entry_id
  LEFT JOIN audit_log_segment segment ON segment.id = entry.object_id
 WHERE leaf.leaf_index > %s AND leaf.leaf_index < %s AND leaf.company_id IS NULL AND entry.verb = %s
 ORDER BY leaf.leaf_index LIMIT %s
"""


@transactional
def history_of(*, stream: str) -> History:
    """Return what the next segment of a stream depends on."""
    rows = LogSegment.objects.filter(stream=stream)
    last = rows.order_by("-ordinal").first()
    if last is None:
        return History()
    broken = rows.filter(broken__isnull=False).order_by("-ordinal").values_list("ordinal", flat=True).first()
    with_bytes = rows.filter(end_byte__gt=F("first_byte"), ordinal__gt=-1 if broken is None else broken)
    held = with_bytes.order_by("-ordinal").first()
    return History(last=_segment(last), held=None if held is None else _segment(held), closed=_closed(rows))


def _closed(rows: QuerySet[LogSegment]) -> list[Segment]:
    files = rows.filter(closes=True).order_by("-ordinal").values_list("file", flat=True)[:_CLOSED_MAX]
    return [_segment(row) for row in rows.filter(file__in=list(files), first_byte=0, end_byte__gt=0)]


def _segment(row: LogSegment) -> Segment:
    return Segment(
        stream=row.stream,
        ordinal=row.ordinal,
        file=row.file,
        first_byte=row.first_byte,
        end_byte=row.end_byte,
        sha256=row.sha256,
        former=row.former,
        sealed_at=row.sealed_at,
        closes=row.closes,
        broken=row.broken,
    )


def sealed_statements(*, size: int) -> Iterator[bytes]:
    """Yield the statements of all segments whose leaves are in the tree of this size, in the leaves' order.

    A statement that is gone is left out: whoever verifies then finds a leaf without its statement.
    """
    after, more = -1, True
    while more:
        with service_transaction() as cursor:
            cursor.execute(_STATEMENTS, [after, size, SEAL_SEGMENT, _AT_ONCE])
            rows = cursor.fetchall()
        more = len(rows) == _AT_ONCE
        after = rows[-1][0] if rows else size
        yield from (bytes(statement) for _, statement in rows if statement is not None)


@transactional
def custodians_looked_at(*, since: datetime) -> list[datetime]:
    """Return when each machine's custodian last looked, of those that looked since then."""
    return list(LogCustodian.objects.filter(looked_at__gte=since).values_list("looked_at", flat=True))


@transactional
def newest_break_at() -> datetime | None:
    """Return when the chain of a log last broke."""
    broken = LogSegment.objects.filter(broken__isnull=False).order_by("-sealed_at")
    return broken.values_list("sealed_at", flat=True).first()
