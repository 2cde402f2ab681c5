# SPDX-License-Identifier: Apache-2.0
"""What was denied, as decisions tell it now, and the seals over it.

Without a company: in all of them, and on the platform. Everything is read under the service role, which sees
the decisions of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.backends.utils import CursorWrapper

from apps.audit.domain.denials.interval import ID_MAX, Interval, Position
from apps.audit.domain.denials.seal import Denial, Seal, denial_of, interval_of, unpacked
from apps.audit.domain.policy_names import SEAL_DENIALS

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
# The bounds of transaction ids are for the index; what is in the interval is asked of both snapshots. Ids are
# gathered before they are ordered, or the planner may walk through all decisions in their order.
_RANGE = """
   AND cluster_epoch = %(cluster)s AND recorded_xid >= pg_snapshot_xmin(%(since)s::pg_snapshot)
   AND recorded_xid < pg_snapshot_xmax(%(until)s::pg_snapshot)
"""
_DENIED = """
WITH new AS MATERIALIZED (
  SELECT id FROM policy_decision
   WHERE NOT is_allowed {of_company} {range}
     AND cortex_was_known(cluster_epoch, recorded_xid, %(cluster)s::smallint, %(until)s::pg_snapshot)
     AND NOT cortex_was_known(cluster_epoch, recorded_xid, %(before)s::smallint, %(since)s::pg_snapshot))
SELECT id, company_id, decided_at, principal, action, resource_type, resource_id, reason, needs, policy_ids,
       version, packaged_digest, is_break_glass, question::text
  FROM policy_decision
 WHERE id IN (SELECT id FROM new WHERE id > %(after)s AND id <= %(up_to)s ORDER BY id LIMIT %(limit)s)
 ORDER BY id
"""
_COLUMNS = "company_id, ordinal, statement, denials"
_NEWEST = "SELECT {columns} FROM audit_denial_seal WHERE {company} ORDER BY ordinal DESC LIMIT 1"
_ONE = "SELECT {columns} FROM audit_denial_seal WHERE {company} AND ordinal = %(ordinal)s"
# In one statement, so that a seal that is made meanwhile has its leaf, or neither is seen.
_CHAIN = """
SELECT seal.ordinal, encode(sha256(seal.statement), 'hex'), leaf.digest, coalesce(seal.id, leaf.object_id)
  FROM (SELECT id, ordinal, statement FROM audit_denial_seal WHERE {company}) seal
  FULL JOIN (SELECT object_id, convert_from(body, 'UTF8')::jsonb ->> 'digest' AS digest FROM audit_entry
              WHERE {company} AND verb = %(verb)s) leaf ON leaf.object_id = seal.id
 ORDER BY seal.ordinal NULLS LAST, 4
"""


@dataclass(frozen=True, slots=True)
class ChainedSeal:
    """A seal's place and digest and the digest of its leaf; None is missing."""

    ordinal: int | None
    digest: str | None
    leaf_digest: str | None
    seal_id: UUID


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
    query = _DENIED.format(
        of_company="" if company_id is None else "AND company_id = %(company)s",
        range=_RANGE if since.cluster == until.cluster else "",
    )
    parameters: dict[str, Any] = {
        "company": company_id,
        "before": since.cluster,
        "since": since.snapshot,
        "cluster": until.cluster,
        "until": until.snapshot,
        "after": interval.after,
        "up_to": interval.up_to or ID_MAX,
        "limit": limit,
    }
    cursor.execute(query, parameters)
    return [_denial(row) for row in cursor.fetchall()]


def newest_seal(*, cursor: CursorWrapper, company_id: UUID | None) -> Seal | None:
    """Return the last seal of the company."""
    return _seal(cursor, _NEWEST, company_id)


def seal_at(*, cursor: CursorWrapper, company_id: UUID | None, ordinal: int) -> Seal | None:
    """Return the seal of this place."""
    return _seal(cursor, _ONE, company_id, ordinal=ordinal)


def chain_of_seals(*, cursor: CursorWrapper, company_id: UUID | None) -> list[ChainedSeal]:
    """Return the digest of each seal of the company beside its leaf's; leaves without a seal come last."""
    cursor.execute(_CHAIN.format(company=_of(company_id)), {"company": company_id, "verb": SEAL_DENIALS})
    return [ChainedSeal(*row) for row in cursor.fetchall()]


def _seal(cursor: CursorWrapper, query: str, company_id: UUID | None, **values: int) -> Seal | None:
    cursor.execute(query.format(columns=_COLUMNS, company=_of(company_id)), {"company": company_id, **values})
    row = cursor.fetchone()
    if row is None:
        return None
    statement = bytes(row[2])
    return Seal(
        company_id=row[0],
        ordinal=row[1],
        interval=interval_of(statement),
        denials=unpacked(bytes(row[3])),
        former=orjson.loads(statement)["former"],
    )


def _of(company_id: UUID | None) -> str:
    return "company_id IS NULL" if company_id is None else "company_id = %(company)s"


def _denial(row: Sequence[Any]) -> Denial:
    decision_id, company_id, decided_at, *rest = row
    told = [str(company_id) if company_id else None, _in_utc(decided_at), *rest]
    return denial_of(decision_id=decision_id, told=dict(zip(_TOLD, told, strict=True)))


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
