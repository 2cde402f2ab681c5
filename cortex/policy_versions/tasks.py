# SPDX-License-Identifier: Apache-2.0
"""The Celery tasks of simulations: thin shells that any worker runs."""

from uuid import UUID

from celery import shared_task

from cortex.policy_versions.abandoned_simulations import take_up_simulations
from cortex.policy_versions.begin_simulation import TASK
from cortex.policy_versions.run_simulation import run_simulation
from cortex.ports.asking import asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@shared_task(name=TASK, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("what writing versions needs is asked in the name of whoever wanted the simulation")
def simulate(simulation_id: str) -> None:
    """Run one simulation."""
    run_simulation(simulation_id=UUID(simulation_id))


@shared_task(name="cortex.policy_versions.take_up_simulations", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it sends what is asked for again when it runs")
def take_up() -> None:
    """Send abandoned simulations again."""
    take_up_simulations(at=get(Clock).now())
