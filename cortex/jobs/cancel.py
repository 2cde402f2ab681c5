# SPDX-License-Identifier: Apache-2.0
"""Ask a job to stop."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.jobs.errors import JobMustBeUnfinished
from cortex.jobs.models import Job
from cortex.jobs.selectors import job_of
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@transactional
def cancel_job(*, company_id: UUID, job_id: UUID) -> Job:
    """Cancel a waiting job at once and a running one at its next report of progress; return it.

    Raises: JobMustExist, JobMustBeUnfinished.
    """
    now = get(Clock).now()
    unfinished = Job.objects.filter(
        company_id=company_id, id=job_id, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    if not unfinished.update(cancel_requested_at=now):
        job = job_of(company_id=company_id, job_id=job_id)
        raise JobMustBeUnfinished(
            f"Job {job_id}: expected one that waits or runs, got one that has {job.state}.",
            evidence={"object": "job", "expected": "queued or running", "got": job.state},
        )
    Job.objects.filter(company_id=company_id, id=job_id, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=now
    )
    return job_of(company_id=company_id, job_id=job_id)
