# SPDX-License-Identifier: Apache-2.0
"""Delete what is due by the rules in force; what is held stays, and what was done is written down."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import structlog

from apps.audit.domain.governance.rules import RetentionRule
from apps.audit.domain.policy_names import APPLY_RETENTION
from apps.audit.models import RetentionRun
from apps.audit.selectors.governance.due_rows import Due, counted, delete_batch
from apps.audit.selectors.governance.in_force import rules_in_force
from cortex.canonical_json import canonical_json
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import all_retained
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

RUN = "audit.retention_run"
# A night ends: what is left is done in the next one.
BATCH, BATCHES_MAX = 1_000, 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one kind of data of a company; `left` is due and waits for the next night."""

    company_id: UUID
    data: str
    done: int
    held: int
    left: int


def apply_retention(
    *, applied_by: Principal, batch: int = BATCH, batches_max: int = BATCHES_MAX
) -> list[Applied]:
    """Apply the rules to every company; return where something was due or held.

    Each batch is a transaction of its own, so that no long one holds the database's past. Where it is not
    granted, as in a suspended company, that is logged and nothing is deleted.
    """
    applied = []
    for company_id in all_company_ids():
        with scope([company_id]):
            try:
                applied += _apply(company_id, applied_by, batch, batches_max)
            except AccessMustBeGranted as error:
                # A suspended company is only read; the others must not wait for it.
                _log.warning("retention_not_applied", company_id=str(company_id), reason=error.message)
    return applied


def _apply(company_id: UUID, applied_by: Principal, batch: int, batches_max: int) -> list[Applied]:
    get(Authorizer).require(principal=applied_by, action=APPLY_RETENTION, company_id=company_id)
    current, today = rules_in_force(), get(Clock).now().date()
    applied = []
    for due, rule in _due(company_id, current.rules.retention, today):
        done = 0
        for _number in range(batches_max):
            deleted = delete_batch(due, limit=batch)
            done += deleted
            if deleted < batch:
                break
        left, held = counted(due)
        if done or held or left:
            result = Applied(company_id, rule.data, done, held, left)
            _store(result, due.before, current.number, applied_by)
            applied.append(result)
    return applied


def _due(company_id: UUID, rules: Sequence[RetentionRule], today: date) -> list[tuple[Due, RetentionRule]]:
    rows = {kind.name: kind.rows for kind in all_retained()}
    return [
        (Due(company_id, found, today - timedelta(days=rule.keep_days)), rule)
        for rule in rules
        if rule.action == "delete" and (found := rows.get(rule.data)) is not None
    ]


@transactional
def _store(result: Applied, before: date, number: int, applied_by: Principal) -> None:
    run = RetentionRun(
        id=uuid7(),
        company_id=result.company_id,
        data=result.data,
        version_number=number,
        kept_since_date=before,
        done_count=result.done,
        held_count=result.held,
        left_count=result.left,
        ran_at=get(Clock).now(),
    )
    run.save(force_insert=True)
    content = {
        "data": result.data,
        "rules": number,
        "before": before.isoformat(),
        "done": result.done,
        "held": result.held,
        "left": result.left,
    }
    record = AuditRecord(
        verb=APPLY_RETENTION,
        object_type=RUN,
        object_id=run.id,
        digest=hashlib.sha256(canonical_json(content)).hexdigest(),
    )
    get(AuditLog).append(company_id=result.company_id, actor=applied_by, records=[record])
