# SPDX-License-Identifier: Apache-2.0
"""Progress on a connection of its own: the work's transaction is open, and nobody sees into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper

from cortex.jobs.errors import JobCancelled, JobLost
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy.scope import SETTING

MESSAGE_LENGTH_MAX = 500


def report_progress(
    *, company_id: UUID, job_id: UUID, claim: UUID, done: int, total: int | None, message: str
) -> None:
    """Write progress and renew the lease; raises JobCancelled or JobLost when the work must stop."""
    until = get(Clock).now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    with separate_transaction(company_id) as cursor:
        cursor.execute(
            "UPDATE jobs_job SET done = %s, total = coalesce(%s, total), message = %s, lease_until = %s"
            " WHERE company_id = %s AND id = %s AND claim = %s AND state = 'running'"
            " RETURNING cancel_requested_at",
            [done, total, message[:MESSAGE_LENGTH_MAX], until, company_id, job_id, claim],
        )
        row: Any = cursor.fetchone()
    if row is None:
        raise JobLost(str(job_id))
    if row[0] is not None:
        raise JobCancelled(str(job_id))


@contextmanager
def separate_transaction(company_id: UUID) -> Iterator[CursorWrapper]:
    """Open a short transaction beside the one of the work, on a connection that is closed afterwards."""
    connection = connections["default"].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(company_id)])
            yield cursor
            cursor.execute("COMMIT")
    finally:
        connection.close()
