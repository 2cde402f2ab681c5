# SPDX-License-Identifier: Apache-2.0
"""Delete what is due by the rules in force; what is held stays, and what was done is written down."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import structlog

from apps.audit.domain.governance.rules import RetentionRule
from apps.audit.domain.policy_names import APPLY_RETENTION, CLOSE_NIGHT
from apps.audit.selectors.governance.due_rows import Due, counted, delete_batch
from apps.audit.selectors.governance.in_force import rules_in_force
from apps.audit.services.governance.forget_fixed import forget_fixed
from apps.audit.services.governance.record_night import Night, record_night
from apps.audit.services.governance.record_run import Applied, record_run
from cortex.policy.policy_actions import FORGET_DECISIONS
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import all_retained
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

# A night ends: what is left is done in the next one.
BATCH, BATCHES_MAX = 1_000, 100
_log = structlog.get_logger(__name__)


def apply_retention(*, applied_by: Principal, batch: int = BATCH, batches_max: int = BATCHES_MAX) -> Night:
    """Apply the rules to every company and the platform; return where something was due or held, or failed.

    Each batch is a transaction of its own, so that no long one holds the database's past. Where it is not
    granted, as in a suspended company, that is logged and nothing is deleted. That the night was is written
    down where that is granted.
    """
    night = _of_companies(applied_by, batch, batches_max)
    try:
        # Asked by this name, since policies of an earlier release know no night and let data be forgotten.
        get(Authorizer).require(principal=applied_by, action=FORGET_DECISIONS, company_id=None)
        forgotten, failed = forget_fixed(forgotten_by=applied_by)
        night = replace(night, forgotten=forgotten, failed=[*night.failed, *failed])
        get(Authorizer).require(principal=applied_by, action=CLOSE_NIGHT, company_id=None)
        record_night(night=night, applied_by=applied_by)
    except AccessMustBeGranted as error:
        _log.warning("retention_not_applied", company_id=None, reason=error.message)
    return night


def _of_companies(applied_by: Principal, batch: int, batches_max: int) -> Night:
    applied: list[Applied] = []
    failed: list[UUID] = []
    companies, refused_count = all_company_ids(), 0
    for company_id in companies:
        with scope([company_id]):
            try:
                # What came before an error stays in the list.
                applied.extend(_apply(company_id, applied_by, batch, batches_max))
            except AccessMustBeGranted as error:
                # A suspended company is only read; the others must not wait for it.
                _log.warning("retention_not_applied", company_id=str(company_id), reason=error.message)
                refused_count += 1
            except Exception as error:  # noqa: BLE001 - one company that fails must not keep all others waiting
                _log.error("retention_failed", company_id=str(company_id), exc_info=error)
                failed.append(company_id)
    return Night(applied, failed, {}, len(companies), refused_count)


def _apply(company_id: UUID, applied_by: Principal, batch: int, batches_max: int) -> Iterator[Applied]:
    get(Authorizer).require(principal=applied_by, action=APPLY_RETENTION, company_id=company_id)
    current, today = rules_in_force(), get(Clock).now().date()
    for due, rule in _due(company_id, current.rules.retention, today):
        left, held = counted(due)
        if not left and not held:
            continue
        done = 0
        try:
            for deleted in _batches(due, batch, batches_max):
                done += deleted
            left, held = counted(due)
        except Exception:
            # Batches before it are committed, and must be told; at least what failed is left.
            partly = Applied(company_id, rule.data, done, held, max(left - done, 1))
            record_run(result=partly, due=due, rules=current, applied_by=applied_by)
            raise
        result = Applied(company_id, rule.data, done, held, left)
        record_run(result=result, due=due, rules=current, applied_by=applied_by)
        yield result


def _batches(due: Due, batch: int, batches_max: int) -> Iterator[int]:
    for _number in range(batches_max):
        deleted = delete_batch(due, limit=batch)
        yield deleted
        if deleted < batch:
            return


def _due(company_id: UUID, rules: Sequence[RetentionRule], today: date) -> list[tuple[Due, RetentionRule]]:
    rows = {kind.name: kind.rows for kind in all_retained()}
    return [
        (Due(company_id, found, today - timedelta(days=rule.keep_days)), rule)
        for rule in rules
        if rule.action == "delete" and (found := rows.get(rule.data)) is not None
    ]
