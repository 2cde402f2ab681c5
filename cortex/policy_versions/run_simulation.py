# SPDX-License-Identifier: Apache-2.0
"""Do a simulation: claim it, ask the questions, keep what was found. A second delivery finds it claimed.

No transaction is open while questions are asked, so that nobody waits for the version meanwhile.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F, Q

from cortex.container.providers.callers import calling_as
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.policy_versions.asker import asker_of
from cortex.policy_versions.errors import SimulationLost
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.simulate_version import keep_simulation, required_version, simulation_of
from cortex.ports.clock import Clock
from cortex.ports.registry import get

State = PolicySimulation.State
_UNEXPECTED = "Something went wrong on our side; the version is as it was. Tell us the simulation's id."
_log = structlog.get_logger(__name__)


def run_simulation(*, simulation_id: UUID) -> None:
    """Run the simulation if nobody else does; whatever happens is written to its row."""
    run = _claimed(simulation_id, uuid7())
    if run is None:
        return
    try:
        with calling_as(principal=run.asked_by, company=None):
            _work(run)
    except SimulationLost:
        _log.info("simulation_lost", simulation_id=str(run.id))
    except CortexError as error:
        _finish(run, State.FAILED, {"code": error.code, "detail": error.message})
    except Exception as error:  # noqa: BLE001 - whatever ends the work must be told in the row
        _log.exception("simulation_failed_unexpectedly", simulation_id=str(run.id), exc_info=error)
        detail = f"{_UNEXPECTED} It is {run.id}."
        _finish(run, State.FAILED, {"code": "cortex.unexpected", "detail": detail})


def _work(run: PolicySimulation) -> None:
    asker = asker_of(run.asker)
    # Rights may have ended between the request and now, and the version may have gone further.
    version = required_version(number=run.version.number, simulated_by=asker)
    found = simulation_of(
        version, decisions_max=run.decisions_max, progress=lambda done, total: _report(run, done, total)
    )
    _keep(run, found)


@transactional
def _keep(run: PolicySimulation, found: dict[str, Any]) -> None:
    """Keep what was found and end the run, both or neither; a run that was lost keeps nothing."""
    version = found_version(run.version.number, for_update=True)
    _finish(run, State.SUCCEEDED, None)
    keep_simulation(version, found, digest=run.digest, simulated_by=asker_of(run.asker))


@transactional
def _claimed(simulation_id: UUID, claim: UUID) -> PolicySimulation | None:
    """Take the run for this worker unless it is finished, or another worker's lease still runs."""
    now = get(Clock).now()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now)
    taken = PolicySimulation.objects.filter(free, id=simulation_id).update(
        state=State.RUNNING, claim=claim, lease_until=now + _lease(), attempts=F("attempts") + 1
    )
    runs = PolicySimulation.objects.select_related("version")
    return runs.get(id=simulation_id) if taken else None


@transactional
def _report(run: PolicySimulation, done: int, total: int) -> None:
    """Tell watchers how far it is and renew the lease; raises SimulationLost."""
    until = get(Clock).now() + _lease()
    _change(run, done=done, total=total, lease_until=until)


@transactional
def _finish(run: PolicySimulation, state: str, error: dict[str, Any] | None) -> None:
    _change(run, state=state, error=error, finished_at=get(Clock).now(), lease_until=None)


def _change(run: PolicySimulation, **fields: Any) -> None:
    mine = PolicySimulation.objects.filter(id=run.id, claim=run.claim, state=State.RUNNING)
    if not mine.update(**fields):
        raise SimulationLost(str(run.id))


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)
