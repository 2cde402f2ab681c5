# SPDX-License-Identifier: Apache-2.0
"""Jobs whose worker died, and jobs whose message was lost, are sent again; hopeless ones are ended."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.jobs.enqueue import send
from cortex.jobs.errors import JobMustNotFailAgain
from cortex.jobs.kinds import kind_named
from cortex.jobs.models import Job
from cortex.jobs.run import problem
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

ATTEMPTS_MAX = 3
# A message that waits longer than this in a queue was lost, or stands behind long work. A second message
# does no harm, since only one worker can claim the row; one more at every look would fill the queue.
UNSENT_AFTER = timedelta(minutes=5)


def take_up_abandoned(*, at: datetime) -> int:
    """Send every abandoned job again, end those that cannot be done; return how many were taken up."""
    with scope(all_company_ids()):
        jobs = _abandoned(at)
        for job in jobs:
            try:
                _take_up(job, at)
            except CortexError as error:
                # One row that cannot be done must not keep the others from being taken up.
                _end(job, at, Job.State.FAILED, problem(error.code, error.message, error.evidence))
    return len(jobs)


@transactional
def _abandoned(at: datetime) -> list[Job]:
    lost_message = Q(state=Job.State.QUEUED, created_at__lt=at - UNSENT_AFTER)
    # A worker that took the job after it was sent had the message: its successor needs another at once.
    unsent = Q(sent_at=None) | Q(sent_at__lt=at - UNSENT_AFTER) | Q(sent_at__lt=F("lease_until"))
    due = unsent | Q(cancel_requested_at__isnull=False)
    return list(Job.objects.filter(_lost_worker(at) | lost_message).filter(due).order_by("id")[:1000])


def _lost_worker(at: datetime) -> Q:
    return Q(state=Job.State.RUNNING, lease_until__lt=at)


def _take_up(job: Job, at: datetime) -> None:
    if job.cancel_requested_at is not None:
        _end(job, at, Job.State.CANCELLED, None)
    elif job.attempts >= ATTEMPTS_MAX:
        raise _hopeless(job)
    else:
        queue = kind_named(job.kind).queue
        _remember_sending(job, at)
        send(job_id=job.id, company_id=job.company_id, queue=queue)


@transactional
def _remember_sending(job: Job, at: datetime) -> None:
    Job.objects.filter(company_id=job.company_id, id=job.id).update(sent_at=at)


@transactional
def _end(job: Job, at: datetime, state: str, error: dict[str, Any] | None) -> None:
    """End the job unless a worker took it meanwhile."""
    stale = Job.objects.filter(_lost_worker(at) | Q(state=Job.State.QUEUED))
    stale.filter(company_id=job.company_id, id=job.id).update(
        state=state, error=error, finished_at=at, lease_until=None
    )


def _hopeless(job: Job) -> JobMustNotFailAgain:
    return JobMustNotFailAgain(
        f"Job {job.id}: its worker ended {job.attempts} times without an answer.",
        evidence={"object": "job", "got": job.attempts, "expected": f"at most {ATTEMPTS_MAX}"},
    )
