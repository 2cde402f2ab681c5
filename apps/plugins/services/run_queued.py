# SPDX-License-Identifier: Apache-2.0
"""Carry out one queued run: claim it, call the plugin, and write what it led to together with `done`.

A worker that is killed leaves a claim that ends; the next one begins anew, since nothing was written.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection

from apps.plugins.domain.asked_call import AskedCall
from apps.plugins.domain.runtime_errors import RunMustEnd
from apps.plugins.models import Installation, PluginRun
from apps.plugins.services.call_plugin import call_installed
from apps.plugins.services.person_behind import person_behind_plugin
from cortex.database.transactions import DatabaseMustBeReachable, TryAgain, transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy import scope

# Longer than any call may take, with its compiling before.
CLAIMED_FOR, ATTEMPTS_MAX = timedelta(minutes=10), 3
_log = structlog.get_logger(__name__)
_CLAIM = """
UPDATE plugins_run SET state = 'running', claim = %s, claimed_until = %s, attempts = attempts + 1
 WHERE company_id = %s AND id = %s AND (state = 'queued' OR (state = 'running' AND claimed_until < %s))
RETURNING attempts
"""


def run_queued(*, company_id: UUID, run_id: UUID) -> None:
    """Run it unless somebody else does, or it is over; what fails is kept in its row and as a call."""
    with scope([company_id]):
        claim = uuid7()
        attempts = _claimed(company_id, run_id, claim)
        if attempts is None:
            return
        if attempts > ATTEMPTS_MAX:
            _failed(company_id, run_id, claim, RunMustEnd.code)
            return
        try:
            _called(company_id, run_id, claim)
        except (DatabaseMustBeReachable, TryAgain):
            raise
        except CortexError as error:
            _log.warning("plugin_run_failed", run_id=str(run_id), code=error.code, reason=error.message)
            _failed(company_id, run_id, claim, error.code)


def _called(company_id: UUID, run_id: UUID, claim: UUID) -> None:
    run, installation = _found(company_id, run_id)
    asked = AskedCall(
        handler=run.handler,
        trigger=run.trigger,
        trigger_id=run.trigger_id,
        given=run.given,
        user_id=person_behind_plugin(installation=installation),
        hops=run.hops,
    )
    call_installed(installation=installation, asked=asked, complete=lambda: _done(company_id, run_id, claim))


@transactional
def _found(company_id: UUID, run_id: UUID) -> tuple[PluginRun, Installation]:
    run = PluginRun.objects.select_related("installation__version").get(company_id=company_id, id=run_id)
    return run, run.installation


@transactional
def _claimed(company_id: UUID, run_id: UUID, claim: UUID) -> int | None:
    now = get(Clock).now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [claim, now + CLAIMED_FOR, company_id, run_id, now])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _done(company_id: UUID, run_id: UUID, claim: UUID) -> None:
    """Mark it done in the open transaction; raises RunMustEnd where another worker has taken it over."""
    if not _end(company_id, run_id, claim, state=PluginRun.State.DONE):
        raise RunMustEnd(
            f"Run {run_id}: another worker took it over, and what this call wanted is not done.",
            evidence={"object": str(run_id)},
        )


@transactional
def _failed(company_id: UUID, run_id: UUID, claim: UUID, code: str) -> None:
    _end(company_id, run_id, claim, state=PluginRun.State.FAILED, error=code)


def _end(company_id: UUID, run_id: UUID, claim: UUID, **change: str) -> int:
    mine = PluginRun.objects.filter(
        company_id=company_id, id=run_id, claim=claim, state=PluginRun.State.RUNNING
    )
    return mine.update(ended_at=get(Clock).now(), **change)
