# SPDX-License-Identifier: Apache-2.0
"""What the tables of the log tell of its state: nothing of what the leaves say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from apps.audit.domain.standing import (
    LastComparison,
    LastDenialComparison,
    LastLogComparison,
    LastPlatformComparison,
    WitnessWord,
)
from cortex.database.service_role import service_transaction

BACKLOG_MAX = 10_000
# A witness that cosigned none of so many trees has been silent for hours.
_TREES_BACK = 5_000
_STATE = """
SELECT state.size, state.cosigned_size, newest.size, encode(newest.root, 'hex'), newest.signed_at,
       lease.lease_until, coalesce(lease.fence, 0),
       (SELECT count(*) FROM (SELECT FROM audit_entry
         WHERE id > (SELECT coalesce(max(entry_id), 0) FROM audit_leaf) LIMIT %s) waiting)
  FROM audit_log_state state
  LEFT JOIN LATERAL (SELECT size, root, signed_at FROM audit_checkpoint ORDER BY size DESC LIMIT 1) newest
    ON true
  LEFT JOIN events_lease lease ON lease.name = %s AND isfinite(lease.lease_until)
"""
_WITNESS = """
SELECT size, cosigned_at FROM audit_cosignature
 WHERE witness = %s AND size > coalesce(
   (SELECT size FROM audit_checkpoint ORDER BY size DESC OFFSET %s LIMIT 1), 0)
 ORDER BY size DESC LIMIT 1
"""
_COMPARISONS = """
SELECT company.id, company.code, company.created_at, last.finished_at, coalesce(last.document_count, 0),
       coalesce(last.difference_count, 0), coalesce(last.differences, '[]')::text,
       coalesce(last.object_count, 0), coalesce(last.earlier_count, 0)
  FROM tenancy_company company
  LEFT JOIN LATERAL (SELECT * FROM audit_reconciliation done WHERE done.company_id = company.id
                      ORDER BY done.id DESC LIMIT 1) last ON true
 WHERE %s::uuid IS NULL OR company.id = %s
 ORDER BY coalesce(last.difference_count, 0) = 0, last.finished_at NULLS FIRST, company.code LIMIT %s
"""
_LOG_COMPARISON = """
SELECT finished_at, tree_size, difference_count, differences::text FROM audit_log_comparison
 ORDER BY id DESC LIMIT 1
"""
_PLATFORM = """
SELECT finished_at, object_count, earlier_count, difference_count, differences::text
  FROM audit_platform_comparison ORDER BY id DESC LIMIT 1
"""
_DENIAL_COMPARISON = """
SELECT finished_at, denial_count, difference_count, differences::text FROM audit_denial_comparison
 ORDER BY id DESC LIMIT 1
"""
COMPANIES_MAX = 200


@dataclass(frozen=True, slots=True)
class StoredStanding:
    """The row of the state, the newest checkpoint and the lease."""

    tree_size: int
    cosigned_size: int
    checkpoint_size: int | None
    root: str | None
    signed_at: datetime | None
    lease_until: datetime | None
    fence: int
    backlog: int


def stored_standing(*, lease: str) -> StoredStanding:
    """Return how far the log is."""
    with service_transaction() as cursor:
        cursor.execute(_STATE, [BACKLOG_MAX, lease])
        return StoredStanding(*cursor.fetchone())


def words_of_witnesses(*, names: Sequence[str]) -> list[WitnessWord]:
    """Return what each of these witnesses cosigned last."""
    words = []
    with service_transaction() as cursor:
        for name in names:
            cursor.execute(_WITNESS, [name, _TREES_BACK])
            words.append(WitnessWord(name, *(cursor.fetchone() or (None, None))))
    return words


def last_comparisons(*, company_id: UUID | None) -> list[LastComparison]:
    """Return the last comparison of books and log of one company, or of each; what is worst comes first."""
    with service_transaction() as cursor:
        cursor.execute(_COMPARISONS, [company_id, company_id, COMPANIES_MAX])
        rows = cursor.fetchall()
    return [
        LastComparison(
            company_id=row[0],
            company_code=row[1],
            since=row[2],
            finished_at=row[3],
            document_count=row[4],
            difference_count=row[5],
            differences=orjson.loads(row[6]),
            object_count=row[7],
            earlier_count=row[8],
        )
        for row in rows
    ]


def last_log_comparison() -> LastLogComparison | None:
    """Return the last comparison of stored leaves and signed tree, None before the first."""
    row = _newest(_LOG_COMPARISON)
    if row is None:
        return None
    return LastLogComparison(
        finished_at=row[0], tree_size=row[1], difference_count=row[2], differences=orjson.loads(row[3])
    )


def last_platform_comparison() -> LastPlatformComparison | None:
    """Return the last comparison of what is the platform's with its leaves, None before the first."""
    row = _newest(_PLATFORM)
    if row is None:
        return None
    return LastPlatformComparison(
        finished_at=row[0],
        object_count=row[1],
        earlier_count=row[2],
        difference_count=row[3],
        differences=orjson.loads(row[4]),
    )


def last_denial_comparison(*, company_id: UUID | None) -> LastDenialComparison | None:
    """Return the last comparison of denials and their seals, of one company or of all; None before the first.

    A company is told of its own differences. Of those that are stored each company has some, unless more
    companies differ than differences are stored.
    """
    row = _newest(_DENIAL_COMPARISON)
    if row is None:
        return None
    finished_at, denial_count, difference_count = row[:3]
    differences = orjson.loads(row[3])
    if company_id is None:
        return LastDenialComparison(
            finished_at=finished_at,
            denial_count=denial_count,
            difference_count=difference_count,
            differences=differences,
        )
    own = [one for one in differences if one["company_id"] == str(company_id)]
    companies = {one["company_id"] for one in differences}
    return LastDenialComparison(
        finished_at=finished_at,
        denial_count=0,
        difference_count=len(own),
        differences=own,
        is_known=bool(own) or len(companies) < len(differences) or difference_count == len(differences),
    )


def _newest(query: str) -> tuple[Any, ...] | None:
    """Return the row of the last comparison, None before the first."""
    with service_transaction() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
