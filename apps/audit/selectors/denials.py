# SPDX-License-Identifier: Apache-2.0
"""What was denied, as decisions tell it now.

Without a company: in all of them, and on the platform. Everything is read under the service role, which sees
the decisions of all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.domain.denials.interval import ID_MAX, Interval, Position
from apps.audit.domain.denials.placed import PlacedDenial, PlacedDenials
from apps.audit.domain.denials.seal import Denial, denial_document, denial_of

_TOLD = (
    "company",
    "decided_at",
    "principal",
    "action",
    "resource_type",
    "resource_id",
    "reason",
    "needs",
    "policy_ids",
    "version",
    "packaged_digest",
    "is_break_glass",
    "question",
)
_COLUMNS = ", ".join(["id", "company_id", *_TOLD[1:-1], "question::text"])
# From the first that the earlier position may not know to the last that the later one may: for the index over
# denials. The first interval has no earlier cluster, and so all of them; its parts are bounded by their ids.
_BETWEEN = """
       NOT is_allowed {of_company} AND id > %(after)s AND id <= %(up_to)s
   AND (cluster_epoch, recorded_xid) >= (%(first_cluster)s::smallint, %(first_xid)s::xid8)
   AND (cluster_epoch, recorded_xid) < (%(end_cluster)s::smallint, %(end_xid)s::xid8)
"""
# What is in the interval is asked of both snapshots. Ids are gathered before they are ordered, or the planner
# may walk through all decisions in their order.
_DENIED = """
WITH new AS MATERIALIZED (
  SELECT id FROM policy_decision WHERE {between}
     AND cortex_was_known(cluster_epoch, recorded_xid, %(cluster)s::smallint, %(until)s::pg_snapshot)
     AND NOT cortex_was_known(cluster_epoch, recorded_xid, %(before)s::smallint, %(since)s::pg_snapshot))
SELECT {columns} FROM policy_decision
 WHERE id IN (SELECT id FROM new ORDER BY id LIMIT %(limit)s) ORDER BY id
"""
_PLACED = "SELECT cluster_epoch, recorded_xid::text, {columns} FROM policy_decision WHERE {between}"
_BY_ID = """
SELECT {columns} FROM policy_decision
 WHERE id = ANY(%(ids)s) AND NOT is_allowed AND company_id IS NOT DISTINCT FROM %(company)s
"""


def position_now(*, cursor: CursorWrapper, at: datetime) -> Position:
    """Return the position of this moment in commit order."""
    cursor.execute("SELECT cortex_cluster_epoch(), pg_current_snapshot()::text")
    cluster, snapshot = cursor.fetchone()
    return Position(cluster, snapshot, at)


def denied_in(
    *, cursor: CursorWrapper, company_id: UUID | None, interval: Interval, limit: int | None = None
) -> list[Denial]:
    """Return what was denied in the interval, in the order of the ids."""
    since, until = interval.since, interval.until
    parameters = _bounds(company_id, [interval]) | {
        "before": since.cluster,
        "since": since.snapshot,
        "cluster": until.cluster,
        "until": until.snapshot,
        "limit": limit,
    }
    cursor.execute(_of(company_id, _DENIED), parameters)
    return [_denial(row) for row in cursor.fetchall()]


def denied_between(
    *, cursor: CursorWrapper, company_id: UUID | None, intervals: Sequence[Interval]
) -> PlacedDenials:
    """Return what was denied from the first of the intervals to the last of them, in one statement."""
    if not intervals:
        return PlacedDenials([])
    cursor.execute(_of(company_id, _PLACED), _bounds(company_id, intervals))
    return PlacedDenials(PlacedDenial(row[0], int(row[1]), _denial(row[2:])) for row in cursor.fetchall())


def _bounds(company_id: UUID | None, intervals: Sequence[Interval]) -> dict[str, Any]:
    first = min(each.since.first_unknown for each in intervals)
    end = max(each.until.end for each in intervals)
    return {
        "company": company_id,
        "first_cluster": first[0],
        "first_xid": str(first[1]),
        "end_cluster": end[0],
        "end_xid": str(end[1]),
        "after": min(each.after for each in intervals),
        "up_to": max(each.up_to or ID_MAX for each in intervals),
    }


def _of(company_id: UUID | None, query: str) -> str:
    between = _BETWEEN.format(of_company="" if company_id is None else "AND company_id = %(company)s")
    return query.format(columns=_COLUMNS, between=between)


def denials_told(
    *, cursor: CursorWrapper, company_id: UUID | None, decision_ids: Sequence[UUID]
) -> dict[UUID, bytes]:
    """Return the canonical form of those of these denials that are still there and of the company itself.

    Without a company: of the platform alone, for what was denied in a company is that company's to show.
    """
    query = _BY_ID.format(columns=_COLUMNS)
    cursor.execute(query, {"ids": list(decision_ids), "company": company_id})
    return {row[0]: denial_document(decision_id=row[0], told=_said(row)) for row in cursor.fetchall()}


def _denial(row: Sequence[Any]) -> Denial:
    return denial_of(decision_id=row[0], told=_said(row))


def _said(row: Sequence[Any]) -> dict[str, object]:
    _, company_id, decided_at, *rest = row
    told = [str(company_id) if company_id else None, _in_utc(decided_at), *rest]
    return dict(zip(_TOLD, told, strict=True))


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
