# SPDX-License-Identifier: Apache-2.0
"""Look at jobs."""

from collections.abc import Iterable
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.jobs.actions import JOB, READ
from cortex.jobs.errors import JobMustExist
from cortex.jobs.models import Job
from cortex.policy.filters.visible import visible
from cortex.ports.principal import Principal

LATEST_MAX = 100


@transactional
def job_of(*, company_id: UUID, job_id: UUID) -> Job:
    """Return a job of a company in scope; raises JobMustExist."""
    return _required(job_id, Job.objects.filter(company_id=company_id, id=job_id).first())


@transactional
def job_in(*, company_ids: Iterable[UUID], job_id: UUID) -> Job:
    """Return a job of one of these companies, all in scope; raises JobMustExist."""
    return _required(job_id, Job.objects.filter(company_id__in=list(company_ids), id=job_id).first())


@transactional
def jobs_of_owner(*, company_id: UUID, principal: Principal) -> list[Job]:
    """Return the latest jobs that this principal asked for in a company, newest first."""
    rows = Job.objects.filter(company_id=company_id, owner_kind=principal.kind, owner_id=principal.id)
    if principal.acts_for_person:
        rows = rows.filter(owner_acts_for_person=True, owner_user_id=principal.user_id)
    own = visible(rows, principal=principal, action=READ, company_id=company_id, entity_type=JOB)
    return list(own.order_by("-id")[:LATEST_MAX])


def _required(job_id: UUID, job: Job | None) -> Job:
    if job is None:
        raise job_must_exist(job_id=job_id)
    return job


def job_must_exist(*, job_id: UUID) -> JobMustExist:
    """Return the error that says so, the same for a hidden job and one that is not there."""
    return JobMustExist(
        f"Job {job_id}: expected a job that you can see, got none.",
        evidence={"object": "job", "got": str(job_id)},
    )
