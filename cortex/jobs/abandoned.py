# SPDX-License-Identifier: Apache-2.0
"""Jobs whose worker died, and jobs whose message was lost, are sent again; hopeless ones are ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cortex.database.transactions import transactional
from cortex.jobs.enqueue import send
from cortex.jobs.errors import JobMustNotFailAgain
from cortex.jobs.kinds import kind_named
from cortex.jobs.models import Job
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

ATTEMPTS_MAX = 3
# A message that waits longer than this in a queue was lost, or stands behind long work: a second message
# does no harm, since only one worker can claim the row.
UNSENT_AFTER = timedelta(minutes=5)


def take_up_abandoned(*, at: datetime) -> int:
    """Send every abandoned job again, end those that killed their worker too often; return how many."""
    with scope(all_company_ids()):
        jobs = _abandoned(at)
        for job in jobs:
            _take_up(job, at)
    return len(jobs)


@transactional
def _abandoned(at: datetime) -> list[Job]:
    lost_worker = Q(state=Job.State.RUNNING, lease_until__lt=at)
    lost_message = Q(state=Job.State.QUEUED, created_at__lt=at - UNSENT_AFTER)
    return list(Job.objects.filter(lost_worker | lost_message).order_by("id")[:1000])


def _take_up(job: Job, at: datetime) -> None:
    if job.cancel_requested_at is not None:
        _end(job.company_id, job.id, at, Job.State.CANCELLED, None)
    elif job.attempts >= ATTEMPTS_MAX:
        _end(job.company_id, job.id, at, Job.State.FAILED, _problem(job))
    else:
        send(job_id=job.id, company_id=job.company_id, queue=kind_named(job.kind).queue)


@transactional
def _end(company_id: UUID, job_id: UUID, at: datetime, state: str, error: dict[str, object] | None) -> None:
    stale = Job.objects.filter(company_id=company_id, id=job_id, state=Job.State.RUNNING, lease_until__lt=at)
    stale.update(state=state, error=error, finished_at=at, lease_until=None)


def _problem(job: Job) -> dict[str, object]:
    return {
        "code": JobMustNotFailAgain.code,
        "title": "Job must not fail again",
        "detail": f"Job {job.id}: its worker ended {job.attempts} times without an answer.",
        "evidence": {"object": "job", "got": job.attempts, "expected": f"at most {ATTEMPTS_MAX}"},
    }
