# SPDX-License-Identifier: Apache-2.0
"""Tell workers of runs that wait: the row is the run, so that a lost message delays it alone."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

QUEUE, RUN = "plugins", "apps.plugins.run"
_log = structlog.get_logger(__name__)


def send_at_commit(*, company_id: UUID, run_ids: Sequence[UUID]) -> None:
    """Put the addresses of runs into the queue of plugins once they are committed."""
    if run_ids:
        transaction.on_commit(lambda: send(company_id=company_id, run_ids=run_ids), robust=True)


def send(*, company_id: UUID, run_ids: Sequence[UUID]) -> None:
    """Put them into the queue now; a broker that is away loses nothing, since the schedule sends again."""
    try:
        for run_id in run_ids:
            current_app.send_task(
                RUN, args=[str(company_id), str(run_id)], queue=QUEUE, ignore_result=True, expires=600
            )
    except OperationalError as error:
        _log.warning("plugin_runs_not_sent", count=len(run_ids), exc_info=error)
