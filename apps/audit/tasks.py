# SPDX-License-Identifier: Apache-2.0
"""The tasks of the log, thin shells: the schedule sends lost ones again, a lease keeps integrators apart."""

from dataclasses import asdict
from pathlib import Path

import structlog
from celery import shared_task
from django.conf import settings
from prometheus_client import Gauge

from apps.audit.adapters.policy_entities import COMPARE_LOG, RECONCILE, RUN_CHECKS
from apps.audit.domain.mirror.mirror import Mirrors
from apps.audit.domain.policy_names import (
    APPLY_RETENTION,
    CHECK_GOVERNANCE,
    CLOSE_NIGHT,
    COMPARE_DENIALS,
    RENEW_KEYS,
    RENEW_KEYS_JOB,
    SEAL_DENIALS,
    SEAL_SEGMENT,
)
from apps.audit.domain.publishing import Signer, Witnesses
from apps.audit.selectors.compliance.results import newest_results
from apps.audit.services.advance_log import advance_log
from apps.audit.services.compare_log import compare_log
from apps.audit.services.compliance.run_checks import run_checks
from apps.audit.services.custody.seal_logs import seal_logs
from apps.audit.services.denials.compare_denials import compare_denials
from apps.audit.services.denials.seal_denials import seal_denials
from apps.audit.services.governance.apply_retention import apply_retention
from apps.audit.services.governance.check_rules import check_rules
from apps.audit.services.mirror.mirror_log import mirror_log
from apps.audit.services.privacy.renew_keys import renew_keys
from apps.audit.services.privacy.renew_texts import renew_texts
from apps.audit.services.reconcile_documents import reconcile_all
from apps.plugins.published import FORGET_CALLS
from cortex.errors import CortexError
from cortex.jobs.kinds import job_kind
from cortex.jobs.running import RunningJob
from cortex.policy.policy_actions import FORGET_DECISIONS
from cortex.ports.asking import asks, asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.renewal import renew_sealed_fields

DIFFERENCES = Gauge(
    "cortex_books_differences",
    "Differences between posted documents or objects and their audit leaves at the last comparison.",
    multiprocess_mode="mostrecent",
)
LOG_DIFFERENCES = Gauge(
    "cortex_log_differences",
    "Differences between stored leaves and the newest signed tree at the last comparison.",
    multiprocess_mode="mostrecent",
)
DENIAL_DIFFERENCES = Gauge(
    "cortex_denial_differences",
    "Differences between decisions that were denials and the seals over them at the last comparison.",
    multiprocess_mode="mostrecent",
)
CHECKS_NOT_PASSED = Gauge(
    "cortex_compliance_checks_not_passed",
    "Checks of compliance packs that failed, or could not see, when they were last run.",
    ["pack", "status"],
    multiprocess_mode="mostrecent",
)
DUE = Gauge(
    "cortex_retention_due_rows",
    "Rows that are due and were left for the next night, of the first 10,000 of each kind and company.",
    multiprocess_mode="mostrecent",
)
LAST_NIGHT = Gauge(
    "cortex_retention_last_run_seconds",
    "When the rules on how long data is kept were last applied, in seconds since 1970.",
    multiprocess_mode="mostrecent",
)
GOVERNANCE_PROBLEMS = Gauge(
    "cortex_governance_problems",
    "What did not fit the program in the rules of governance in force, at the last check.",
    multiprocess_mode="mostrecent",
)
CLEAR_ROWS = Gauge(
    "cortex_sealed_fields_clear_rows",
    "Rows in which a field lies in the clear that is sealed elsewhere, at the last check.",
    ["field"],
    multiprocess_mode="mostrecent",
)
_log = structlog.get_logger(__name__)


@shared_task(name="apps.audit.advance_log", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it orders and publishes what was committed before")
def advance() -> None:
    """Integrate, seal, publish; what could not be done is tried again with the next call."""
    try:
        advance_log(signer=get(Signer), witnesses=get(Witnesses))
    except CortexError as error:
        _log.warning("log_did_not_advance", code=error.code, reason=error.message)


@shared_task(name="apps.audit.reconcile_documents", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(RECONCILE, COMPARE_LOG)
def reconcile_documents() -> None:
    """Compare every posted document, and every object that verbs change, with its leaf; what differs is
    stored, logged and counted.
    """
    night = reconcile_all(reconciled_by=Principal.service("scheduler"))
    DIFFERENCES.set(night.difference_count)
    night.require_whole()


@shared_task(name="apps.audit.compare_log", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(COMPARE_LOG)
def compare_stored_log() -> None:
    """Compare every stored leaf with the signed tree; what differs is stored, logged and counted."""
    compared = compare_log(compared_by=Principal.service("scheduler"))
    if compared is not None:
        LOG_DIFFERENCES.set(compared.difference_count)


@shared_task(name="apps.audit.seal_denials", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(SEAL_DENIALS)
def seal_what_was_denied() -> None:
    """Seal what was denied since the last seal; a round that was missed is made up for by the next."""
    seal_denials(sealed_by=Principal.service("scheduler")).require_whole()


@shared_task(name="apps.audit.compare_denials", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(COMPARE_DENIALS)
def compare_sealed_denials() -> None:
    """Compare every sealed decision with its seals; what differs is stored, logged and counted."""
    compared = compare_denials(compared_by=Principal.service("scheduler"))
    DENIAL_DIFFERENCES.set(compared.difference_count)


@shared_task(name="apps.audit.run_due_checks", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(RUN_CHECKS)
def run_due_checks() -> None:
    """Run the checks of compliance packs whose last result has passed half its age."""
    for run in run_checks(run_by=Principal.service("scheduler"), only_due=True):
        # Of all its checks: a run has only those that were due.
        newest = newest_results(pack=run.pack).values()
        for status in ("fail", "unknown"):
            count = sum(each.status == status for each in newest)
            CHECKS_NOT_PASSED.labels(run.pack.name, status).set(count)


@shared_task(name="apps.audit.seal_logs", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks(SEAL_SEGMENT)
def seal_logs_of_this_machine() -> None:
    """Seal what processes of this machine wrote into their logs, where somebody named the files."""
    paths = [Path(name) for name in settings.LOG_CUSTODY_FILES]
    if not paths:
        return
    try:
        seal_logs(paths=paths, sealed_by=Principal.service("scheduler"))
    except CortexError as error:
        _log.error("logs_not_sealed", code=error.code, reason=error.message)


@shared_task(name="apps.audit.mirror_log", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it copies what was published before")
def mirror_log_where_it_is_kept() -> None:
    """Copy what was published to the mirror, where there is one; the next call tries again what failed."""
    try:
        place = get(Mirrors).configured()
        if place is not None:
            mirror_log(place=place)
    except CortexError as error:
        _log.error("log_not_mirrored", code=error.code, reason=error.message)


@shared_task(name="apps.audit.renew_texts", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("texts stay as they are: they are encrypted under the latest key")
def renew_texts_at_night() -> None:
    """Seal what was written while the keeper of keys was away; rewrap keys after a rotation.

    Fields that are in the clear from before they were sealed are sealed here, too.
    """
    try:
        done, fields = renew_texts(), renew_sealed_fields()
    except VaultMustBeReachable as error:
        _log.warning("audit_texts_not_renewed", code=error.code, reason=error.message)
        return
    _log.info("audit_texts_renewed", sealed=done.sealed, keys=done.keys, rewrapped=done.rewrapped)
    _log.info(
        "sealed_fields_renewed",
        sealed=fields.sealed,
        sealed_anew=fields.sealed_anew,
        keys=fields.keys,
        rewrapped=fields.rewrapped,
    )


@shared_task(name="apps.audit.apply_retention", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(APPLY_RETENTION, CLOSE_NIGHT, FORGET_DECISIONS, FORGET_CALLS)
def apply_retention_at_night() -> None:
    """Delete what is due by the rules in force, and tell how much is left or held; fail where that failed."""
    night = apply_retention(applied_by=Principal.service("scheduler"))
    DUE.set(sum(each.left for each in night.applied))
    for each in night.applied:
        _log.info(
            "retention_applied",
            company_id=str(each.company_id),
            data=each.data,
            done=each.done,
            held=each.held,
            left=each.left,
        )
    for data, forgotten in night.forgotten.items():
        _log.info("retention_applied", company_id=None, data=data, done=forgotten.done, held=forgotten.held)
    LAST_NIGHT.set(get(Clock).now().timestamp())
    night.require_whole()


@shared_task(name="apps.audit.check_governance", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(CHECK_GOVERNANCE)
def check_governance_at_night() -> None:
    """Hold the rules in force against the program and what is stored; what does not fit is counted."""
    checked = check_rules(checked_by=Principal.service("scheduler"))
    GOVERNANCE_PROBLEMS.set(len(checked.problems))
    for field, count in checked.clear.items():
        CLEAR_ROWS.labels(field).set(count)


@job_kind(RENEW_KEYS_JOB, action=RENEW_KEYS, queue="events")
def renew_keys_job(job: RunningJob) -> dict[str, int]:
    """Renew the keys of the job's company and return the counts; run again, it skips what is done."""

    def progress(done: int, total: int) -> None:
        job.progress(done=done, total=total, message=f"{done} of {total} keys")

    return asdict(renew_keys(company_id=job.company_id, renewed_by=job.principal, progress=progress))
