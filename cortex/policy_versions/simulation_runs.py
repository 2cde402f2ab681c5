# SPDX-License-Identifier: Apache-2.0
"""Look at the runs of a version's simulation."""

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.errors import PolicySimulationMustEnd
from cortex.policy_versions.models import UNFINISHED, PolicySimulation


@transactional
def latest_run(version: PolicyVersion) -> PolicySimulation | None:
    """Return the latest run of the version's simulation, for whoever may see the version."""
    return PolicySimulation.objects.filter(version=version).order_by("-id").first()


def require_none_running(version: PolicyVersion) -> None:
    """Refuse a second simulation beside one that is under way; raises PolicySimulationMustEnd."""
    if PolicySimulation.objects.filter(version=version, state__in=UNFINISHED).exists():
        raise simulation_must_end(version)


def simulation_must_end(version: PolicyVersion) -> PolicySimulationMustEnd:
    """Return the error that says so."""
    return PolicySimulationMustEnd(
        f"Version {version.number} of the policies: expected no simulation under way, got one that has not "
        "ended. Wait for its result on the version's page.",
        evidence={
            "object": f"policy version {version.number}",
            "expected": "no simulation under way",
            "got": "one that has not ended",
            "remedy": "wait for its result",
        },
    )
