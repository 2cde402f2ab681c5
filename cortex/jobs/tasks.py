# SPDX-License-Identifier: Apache-2.0
"""The Celery tasks of jobs: thin shells that any worker runs."""

from uuid import UUID

from celery import shared_task

from cortex.jobs.abandoned import take_up_abandoned as take_up
from cortex.jobs.enqueue import TASK
from cortex.jobs.run import run_job
from cortex.ports.asking import asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@shared_task(name=TASK, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("each kind of job names its action, which is asked in the name of whoever wanted the job")
def run(company_id: str, job_id: str) -> None:
    """Run one job."""
    run_job(company_id=UUID(company_id), job_id=UUID(job_id))


@shared_task(name="cortex.jobs.take_up_abandoned", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it sends what is asked for again when it runs")
def take_up_abandoned() -> None:
    """Send abandoned jobs again."""
    take_up(at=get(Clock).now())
