# SPDX-License-Identifier: Apache-2.0
"""Ask for a simulation that a worker does: nobody waits for it in a request."""

from uuid import UUID

import structlog
from celery import current_app
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import WRITE_VERSION
from cortex.policy_versions.asker import kept_asker
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.simulate_version import SIMULATED_FROM
from cortex.policy_versions.simulation import DECISIONS_MAX
from cortex.policy_versions.simulation_runs import require_none_running, simulation_must_end
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import leave_leaf, require
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

TASK = "cortex.policy_versions.simulate"
_log = structlog.get_logger(__name__)


@transactional
def begin_simulation(
    *, number: int, simulated_by: Principal, decisions_max: int = DECISIONS_MAX
) -> PolicySimulation:
    """Store the wish and send it to the workers at commit; return the row that tells how far it is.

    Raises: PolicyVersionMustExist, PolicyVersionMustComeSoFar, PolicySimulationMustEnd, AccessMustBeGranted.
    """
    version = found_version(number)
    require(simulated_by, action=WRITE_VERSION, version=version)
    require_so_far(version, *SIMULATED_FROM)
    require_none_running(version)
    simulation = _stored(version, simulated_by, min(decisions_max, DECISIONS_MAX))
    leave_leaf(
        version=version,
        verb="policy.version.simulation_begun",
        actor=simulated_by,
        simulation=str(simulation.id),
    )
    transaction.on_commit(lambda: send(simulation_id=simulation.id))
    return simulation


def send(*, simulation_id: UUID) -> None:
    """Put the row's address into the queue; a broker that is down loses nothing, the schedule sends again."""
    try:
        current_app.send_task(TASK, args=[str(simulation_id)], ignore_result=True)
    except OperationalError as error:
        _log.warning("simulation_not_sent", simulation_id=str(simulation_id), exc_info=error)


def _stored(version: PolicyVersion, asked_by: Principal, decisions_max: int) -> PolicySimulation:
    now = get(Clock).now()
    simulation = PolicySimulation(
        version=version,
        digest=version.digest,
        decisions_max=decisions_max,
        asked_by=asked_by.urn,
        asker=kept_asker(asked_by),
        asked_at=now,
        sent_at=now,
    )
    try:
        attempt(lambda: simulation.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "policy_simulation_one_at_a_time":
            raise
        # Another one was asked for since we looked: the index lets one of them in.
        raise simulation_must_end(version) from error
    return simulation
