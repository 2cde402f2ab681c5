# SPDX-License-Identifier: Apache-2.0
"""Forget decisions that are older than anybody asks about and that no legal hold keeps, in short batches."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.policy_actions import FORGET_DECISIONS
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.legal_holds import HeldNow, LegalHolds
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten

# A year of books and the months in which it is audited.
KEPT_FOR = timedelta(days=550)
BATCH = 5_000
# Ids are made a moment before or after the instant that stands beside them.
A_DAY = timedelta(days=1)
# Of a held company, by a held person (themselves or through a program), or about something that is held. Each
# batch goes on behind the last one, so that rows that stay are looked at once.
_FORGET = """
WITH due AS (
  SELECT id, company_id = ANY(%(companies)s::uuid[]) IS TRUE
         OR right(principal, 41) = ANY(%(people)s) OR resource_id = ANY(%(subjects)s) AS is_held
    FROM policy_decision
   WHERE decided_at < %(before)s AND id > %(behind)s AND id < %(younger)s ORDER BY id LIMIT %(limit)s),
gone AS (
  DELETE FROM policy_decision d USING due WHERE d.id = due.id AND NOT due.is_held RETURNING d.id)
SELECT (SELECT id FROM due ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM due), (SELECT count(*) FROM gone)
"""


def forget_old_decisions(*, forgotten_by: Principal, batch: int = BATCH) -> Forgotten:
    """Delete the decisions that are over and not held, and return how many; the audit leaves stay.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=forgotten_by, action=FORGET_DECISIONS, company_id=None)
    before, done, held = get(Clock).now() - KEPT_FOR, 0, 0
    behind: UUID | None = UUID(int=0)
    while behind is not None:
        with get(LegalHolds).in_force() as now:
            behind, due, gone = _forget_batch(before, batch, behind, now)
        done, held = done + gone, held + due - gone
    if done:
        _leave_leaf(done, before, forgotten_by)
    return Forgotten(done, held)


@transactional
def _leave_leaf(total: int, before: datetime, forgotten_by: Principal) -> None:
    told = f"{total} decisions before {before.isoformat()}"
    record = AuditRecord(
        verb=FORGET_DECISIONS,
        object_type="policy.decision_log",
        object_id=uuid7(),
        digest=hashlib.sha256(told.encode()).hexdigest(),
    )
    get(AuditLog).append(company_id=None, actor=forgotten_by, records=[record])


def _first_id_of(instant: datetime) -> UUID:
    """Return what no id of a decision made from then on is below: it ends the walk along the key.

    Source: RFC 9562, 5.7: an id of version 7 begins with the milliseconds of its making.
    """
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def _forget_batch(before: datetime, batch: int, behind: UUID, held: HeldNow) -> tuple[UUID | None, int, int]:
    """Return the last id looked at, none at the end, how many were due, and how many of them went."""
    parameters: dict[str, Any] = {
        "before": before,
        "behind": behind,
        "younger": _first_id_of(before + A_DAY),
        "limit": batch,
        "companies": list(held.companies),
        "people": [f"user:{each}" for each in held.subjects],
        "subjects": [str(each) for each in held.subjects],
    }
    with service_transaction() as cursor:
        cursor.execute(_FORGET, parameters)
        last, due, gone = cursor.fetchone()
        return last, due, gone
