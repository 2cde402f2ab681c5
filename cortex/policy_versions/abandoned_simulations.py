# SPDX-License-Identifier: Apache-2.0
"""Simulations whose worker died, or whose message was lost, are sent again; hopeless ones are ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cortex.database.transactions import transactional
from cortex.policy_versions.begin_simulation import send
from cortex.policy_versions.models import PolicySimulation

ATTEMPTS_MAX = 3
UNSENT_AFTER = timedelta(minutes=1)
State = PolicySimulation.State


def take_up_simulations(*, at: datetime) -> int:
    """Send each abandoned simulation again, end those that ended their workers; return how many were sent."""
    abandoned = _abandoned(at)
    for simulation_id in abandoned:
        send(simulation_id=simulation_id)
    return len(abandoned)


@transactional
def _abandoned(at: datetime) -> list[UUID]:
    lost_worker = Q(state=State.RUNNING, lease_until__lt=at)
    lost_message = Q(state=State.QUEUED)
    PolicySimulation.objects.filter(lost_worker, attempts__gte=ATTEMPTS_MAX).update(
        state=State.FAILED, error=_hopeless(), finished_at=at, lease_until=None
    )
    # One more message at every look would fill a queue that nobody empties.
    due = (lost_worker | lost_message) & Q(sent_at__lt=at - UNSENT_AFTER)
    found = list(PolicySimulation.objects.filter(due).order_by("id").values_list("id", flat=True)[:100])
    PolicySimulation.objects.filter(id__in=found).update(sent_at=at)
    return found


def _hopeless() -> dict[str, str]:
    return {
        "code": "policy.simulation_must_not_fail_again",
        "detail": f"The worker ended {ATTEMPTS_MAX} times without an answer. Look at the workers' log, "
        "then simulate again.",
    }
