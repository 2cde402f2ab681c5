# SPDX-License-Identifier: Apache-2.0
"""Do a job: claim it, work, write down what came of it. A second delivery finds it claimed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from cortex.container.providers.callers import calling_as
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.jobs.errors import JobCancelled, JobLost, OwnerRefused
from cortex.jobs.heartbeat import kept_alive
from cortex.jobs.kinds import kind_named
from cortex.jobs.models import Job
from cortex.jobs.owner_today import owner_of_today
from cortex.jobs.running import RunningJob
from cortex.policy.unasked import record_refusal
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

_log = structlog.get_logger(__name__)


def run_job(*, company_id: UUID, job_id: UUID) -> None:
    """Run the job if nobody else does; whatever happens is written to its row."""
    with scope([company_id]), structlog.contextvars.bound_contextvars(job_id=str(job_id)):
        claim = uuid7()
        job = _claim(company_id, job_id, claim)
        if job is None:
            return
        with kept_alive(company_id=company_id, job_id=job_id, claim=claim):
            outcome = _outcome(job, claim)
        _finish(job, claim, *outcome)


def _outcome(job: Job, claim: UUID) -> tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Return (state, result, error)."""
    try:
        return Job.State.SUCCEEDED, _work(job, claim) or {}, None
    except JobCancelled:
        return Job.State.CANCELLED, None, None
    except JobLost:
        return Job.State.RUNNING, None, None
    except CortexError as error:
        return Job.State.FAILED, None, problem(error.code, error.message, error.evidence)
    except Exception as error:  # noqa: BLE001 - whatever ends the work must be told in the row
        _log.exception("job_failed_unexpectedly", kind=job.kind, exc_info=error)
        detail = "Something went wrong on our side; nothing was changed. Tell us the job's id."
        return (
            Job.State.FAILED,
            None,
            problem("cortex.unexpected", detail, {"object": "job", "got": str(job.id)}),
        )


def _work(job: Job, claim: UUID) -> Mapping[str, Any] | None:
    kind = kind_named(job.kind)
    # Rights may have ended between the request and now, a program's and a yes to it as well.
    principal = _owner(job, action=kind.action)
    get(Authorizer).require(principal=principal, action=kind.action, company_id=job.company_id)
    running = RunningJob(
        id=job.id,
        company_id=job.company_id,
        principal=principal,
        input=job.input,
        files={file["name"]: UUID(file["file_id"]) for file in job.files},
        claim=claim,
    )
    with calling_as(principal=principal.urn, company=job.company_id):
        return kind.work(running)


def _owner(job: Job, *, action: str) -> Principal:
    """Return the owner as of today; a refusal is a decision, though no policy is asked for it."""
    try:
        return owner_of_today(job)
    except OwnerRefused as error:
        record_refusal(principal=job.owner, action=action, company_id=job.company_id, reason=error.reason)
        raise


@transactional
def _claim(company_id: UUID, job_id: UUID, claim: UUID) -> Job | None:
    """Take the job for this worker unless it is finished, or another worker's lease still runs."""
    now = get(Clock).now()
    until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'running', claim = %s, lease_until = %s, attempts = attempts + 1,"
            " started_at = coalesce(started_at, %s)"
            " WHERE company_id = %s AND id = %s AND cancel_requested_at IS NULL"
            " AND (state = 'queued' OR (state = 'running' AND lease_until < %s))",
            [claim, until, now, company_id, job_id, now],
        )
        if cursor.rowcount != 1:
            return None
    return Job.objects.get(company_id=company_id, id=job_id)


@transactional
def _finish(job: Job, claim: UUID, state: str, result: Any, error: Any) -> None:
    """Write the outcome unless the lease was lost: then another worker's outcome counts."""
    if state == Job.State.RUNNING:
        return
    mine = Job.objects.filter(company_id=job.company_id, id=job.id, claim=claim, state=Job.State.RUNNING)
    mine.update(state=state, result=result, error=error, finished_at=get(Clock).now(), lease_until=None)


def problem(code: str, detail: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return why a job failed, as its row keeps it."""
    title = code.rpartition(".")[2].replace("_", " ").capitalize()
    return {"code": code, "title": title, "detail": detail, "evidence": dict(evidence)}
