# SPDX-License-Identifier: Apache-2.0
"""Ask for a job of the tests' own kind, run it in this process, and look at it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from cortex.jobs.enqueue import enqueue
from cortex.jobs.models import Job
from cortex.jobs.run import run_job
from cortex.jobs.running import RunningJob
from cortex.jobs.selectors import job_of
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import Cast

KIND = "testing.count"
Work = Callable[[RunningJob], Any]


def ask(people: Cast, *, principal: Principal | None = None, **more: Any) -> UUID:
    asker = principal or people.alice_principal
    return enqueue(kind=KIND, company_id=people.company.id, principal=asker, **more)


def run(people: Cast, job_id: UUID) -> Job:
    run_job(company_id=people.company.id, job_id=job_id)
    return look(people, job_id)


def look(people: Cast, job_id: UUID) -> Job:
    with scope([people.company.id]):
        return job_of(company_id=people.company.id, job_id=job_id)
