# SPDX-License-Identifier: Apache-2.0
"""Run the checks of packs: each result is kept with its evidence, and each run leaves a leaf."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection

from apps.audit.adapters.policy_entities import RUN_CHECKS
from apps.audit.domain.compliance.pack import Check
from apps.audit.domain.compliance.posture import is_due
from apps.audit.domain.compliance.probe import (
    Asked,
    Finding,
    Status,
    held_against,
    probe_named,
    unknown,
    why_nothing_was_seen,
)
from apps.audit.domain.compliance.run_document import KeptResult, KeptRun
from apps.audit.models import CheckResult, CheckRun, CompliancePack
from apps.audit.selectors.compliance.packs import locked_versions, pack_in_force, packs_in_force
from apps.audit.selectors.compliance.registered import register_now
from apps.audit.selectors.compliance.results import newest_results, newest_run_digest
from apps.audit.services.compliance.object_types import RUN_TYPE
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import attempt, transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

# A probe that searches for longer is unknown, and holds nobody up.
PROBE_SECONDS_MAX, EVIDENCE_CHARACTERS_MAX = 5, 20_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found."""

    check: Check
    finding: Finding
    checked_at: datetime


def run_checks(*, run_by: Principal, only_due: bool = False, pack_name: str | None = None) -> list[CheckRun]:
    """Run every check of the packs in force, or those that are due.

    Each pack is a transaction of its own, and sees all companies: what is told is of the installation.
    Raises: AccessMustBeGranted, PackMustExist for a name that no pack in force has.
    """
    get(Authorizer).require(principal=run_by, action=RUN_CHECKS, company_id=None)
    with scope(all_company_ids()):
        packs = packs_in_force() if pack_name is None else [pack_in_force(name=pack_name)]
        runs = [_run(pack, run_by=run_by, only_due=only_due) for pack in packs]
    return [run for run in runs if run is not None]


@transactional
def _run(row: CompliancePack, *, run_by: Principal, only_due: bool) -> CheckRun | None:
    started_at, seen = get(Clock).now(), newest_results(pack=row)
    checks = [
        check
        for check in row.pack.checks
        if not only_due or is_due(check, seen.get(check.id), now=started_at)
    ]
    if not checks:
        return None
    results = [Result(check, found(check), get(Clock).now()) for check in checks]
    return _kept(row, results, started_at=started_at, run_by=run_by)


def found(check: Check) -> Finding:
    """Return what a check finds in the open transaction; whatever goes wrong is unknown, and told."""
    try:
        probe = probe_named(check.probe, parameters=check.parameters)
        asked = Asked(get(Clock).now(), {**probe.defaults, **check.parameters})
        finding = held_against(attempt(lambda: _bounded(lambda: probe.look(asked))), expect=check.expect)
        if len(finding.canonical.decode()) > EVIDENCE_CHARACTERS_MAX:
            return unknown(f"The evidence is longer than {EVIDENCE_CHARACTERS_MAX} characters.")
    except Exception as error:  # noqa: BLE001 - one probe that fails in a new way must not hide all others
        _log.warning("probe_failed", probe=check.probe, check=check.id, kind=type(error).__name__)
        return why_nothing_was_seen(error)
    return finding


def _bounded(look: Callable[[], Finding]) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{PROBE_SECONDS_MAX}s"])
        finding = look()
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    return finding


def _kept(
    row: CompliancePack, results: Sequence[Result], *, started_at: datetime, run_by: Principal
) -> CheckRun:
    # One run of a pack at a time from here on: two that named the same one before would make a fork.
    locked_versions(name=row.name)
    previous = newest_run_digest(pack_name=row.name)
    kept = KeptRun(
        id=uuid7(),
        pack_name=row.name,
        pack_version=row.version,
        pack_digest=row.digest,
        previous=previous,
        started_at=started_at,
        finished_at=get(Clock).now(),
        results=[_kept_result(each) for each in results],
        register=register_now().document,
    )
    run = _stored(row, kept, run_by=run_by)
    record_verb(
        company_id=None,
        verb=RUN_CHECKS,
        object_type=RUN_TYPE,
        object_id=run.id,
        digest=run.digest,
        actor=run_by,
    )
    for each in kept.results:
        if each.status != Status.PASS:
            _log.warning(
                "check_did_not_pass",
                pack=row.name,
                check=each.check_id,
                status=each.status,
                reason=each.reason,
            )
    return run


def _stored(row: CompliancePack, kept: KeptRun, *, run_by: Principal) -> CheckRun:
    counted = [each.status for each in kept.results]
    run = CheckRun.objects.create(
        id=kept.id,
        pack=row,
        run_by=run_by.urn,
        started_at=kept.started_at,
        finished_at=kept.finished_at,
        passed_count=counted.count(Status.PASS),
        failed_count=counted.count(Status.FAIL),
        unknown_count=counted.count(Status.UNKNOWN),
        digest=hashlib.sha256(kept.document).hexdigest(),
        format=kept.format,
        previous_digest=kept.previous,
        register=kept.register,
    )
    CheckResult.objects.bulk_create([_row(run, row.name, each) for each in kept.results])
    return run


def _kept_result(result: Result) -> KeptResult:
    return KeptResult(
        check_id=result.check.id,
        probe=result.check.probe,
        status=str(result.finding.status),
        reason=result.finding.reason,
        evidence=result.finding.canonical.decode(),
        digest=result.finding.digest,
        checked_at=result.checked_at,
    )


def _row(run: CheckRun, pack_name: str, result: KeptResult) -> CheckResult:
    return CheckResult(
        id=uuid7(),
        run=run,
        pack_name=pack_name,
        check_id=result.check_id,
        probe=result.probe,
        status=result.status,
        reason=result.reason,
        evidence=result.evidence,
        evidence_digest=result.digest,
        checked_at=result.checked_at,
    )
