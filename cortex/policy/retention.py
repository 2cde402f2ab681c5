# SPDX-License-Identifier: Apache-2.0
"""Forget decisions that are older than anybody asks about, in batches that hold no lock for long."""

import hashlib
from datetime import datetime, timedelta

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.policy_actions import FORGET_DECISIONS
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# A year of books and the months in which it is audited.
KEPT_FOR = timedelta(days=550)
BATCH = 5_000


def forget_old_decisions(*, forgotten_by: Principal, batch: int = BATCH) -> int:
    """Delete the decisions that are over, and return how many; the audit leaves stay.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=forgotten_by, action=FORGET_DECISIONS, company_id=None)
    before, total = get(Clock).now() - KEPT_FOR, 0
    while deleted := _forget_batch(before, batch):
        total += deleted
    if total:
        _leave_leaf(total, before, forgotten_by)
    return total


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


def _forget_batch(before: datetime, batch: int) -> int:
    with service_transaction() as cursor:
        cursor.execute(
            "DELETE FROM policy_decision WHERE id IN"
            " (SELECT id FROM policy_decision WHERE decided_at < %s ORDER BY id LIMIT %s)",
            [before, batch],
        )
        return int(cursor.rowcount)
