# SPDX-License-Identifier: Apache-2.0
"""Renew the lease of a job while its work runs, however seldom the work reports progress."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error

from cortex.jobs.progress import separate_transaction
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)


@contextmanager
def kept_alive(*, company_id: UUID, job_id: UUID, claim: UUID) -> Iterator[None]:
    """Renew the lease three times per lease until the block ends; it ends with the process that dies."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(settings.JOB_LEASE_SECONDS / 3):
            _renew(company_id, job_id, claim)

    thread = threading.Thread(target=beat, name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(company_id: UUID, job_id: UUID, claim: UUID) -> None:
    until = get(Clock).now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    try:
        with separate_transaction(company_id) as cursor:
            cursor.execute(
                "UPDATE jobs_job SET lease_until = %s WHERE company_id = %s AND id = %s AND claim = %s"
                " AND state = 'running'",
                [until, company_id, job_id, claim],
            )
    except Error as error:
        # The next beat tries again; if none succeeds, the work's next report of progress ends it.
        _log.warning("job_lease_not_renewed", exc_info=error)
