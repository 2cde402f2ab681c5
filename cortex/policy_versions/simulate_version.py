# SPDX-License-Identifier: Apache-2.0
"""Ask recorded questions again under a version, keep what would change, and ask for a second person."""

from collections.abc import Mapping
from typing import Any

from cortex.database.transactions import transactional
from cortex.policy.engine import PolicyEngine
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import WRITE_VERSION
from cortex.policy_versions.errors import SimulatedTextMustBeTheSame
from cortex.policy_versions.matrix import grants_added
from cortex.policy_versions.second_person import ask_for_approval
from cortex.policy_versions.selectors import found_version, number_in_force, stored_text
from cortex.policy_versions.simulation import (
    DECISIONS_MAX,
    GROUPS_MAX,
    Progress,
    changed_groups,
    recorded_decisions,
)
from cortex.policy_versions.simulation_runs import require_none_running
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import leave_leaf, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

SIMULATED_FROM = (PolicyVersion.State.VALIDATED, PolicyVersion.State.SIMULATED)


@transactional
def simulate_version(
    *,
    number: int,
    simulated_by: Principal,
    decisions_max: int = DECISIONS_MAX,
    progress: Progress = lambda done, total: None,
) -> Mapping[str, Any]:
    """Compare the version with the one in force over the latest decisions; return and keep the result.

    Simulated by its author, the version waits for a second person from now on.
    Raises: PolicyVersionMustExist, PolicyVersionMustComeSoFar, PolicyVersionMustBeSound,
    PolicySimulationMustEnd, AccessMustBeGranted.
    """
    version = required_version(number=number, simulated_by=simulated_by, for_update=True)
    require_none_running(version)
    found = simulation_of(version, decisions_max=decisions_max, progress=progress)
    keep_simulation(version, found, digest=version.digest, simulated_by=simulated_by)
    return found


@transactional
def required_version(*, number: int, simulated_by: Principal, for_update: bool = False) -> PolicyVersion:
    """Return the version, locked if asked, to whoever may simulate it.

    Raises: PolicyVersionMustExist, PolicyVersionMustComeSoFar, PolicyVersionMustBeSound, AccessMustBeGranted.
    """
    version = found_version(number, for_update=for_update)
    require(simulated_by, action=WRITE_VERSION, version=version)
    require_so_far(version, *SIMULATED_FROM)
    require_sound(version)
    return version


def simulation_of(version: PolicyVersion, *, decisions_max: int, progress: Progress) -> dict[str, Any]:
    """Return which recorded decisions and which rights would change; nothing is kept."""
    compared_with, text = _in_force()
    before = PolicyEngine(text, version=compared_with)
    after = PolicyEngine(version.text, version=version.number)
    decisions = recorded_decisions(limit=decisions_max)
    groups = changed_groups(decisions, before=before, after=after, progress=progress)
    changed = sum(group.count for group in groups)
    return {
        "compared_with": compared_with,
        "digest": version.digest,
        "decisions": len(decisions),
        "changed": changed,
        "summary": f"{changed:,} of {len(decisions):,} decisions would change",
        "groups": [group.as_json() for group in groups[:GROUPS_MAX]],
        "granted": [[grant.role, grant.action] for grant in grants_added(before, after)],
        "taken_away": [[grant.role, grant.action] for grant in grants_added(after, before)],
    }


def keep_simulation(
    version: PolicyVersion, found: dict[str, Any], *, digest: str, simulated_by: Principal
) -> None:
    """Write what was found into the locked version, and ask for a second person, in the open transaction.

    Raises: PolicyVersionMustComeSoFar, SimulatedTextMustBeTheSame.
    """
    require_so_far(version, *SIMULATED_FROM)
    _require_same_text(version, digest)
    version.simulation = found
    version.state, version.simulated_at = PolicyVersion.State.SIMULATED, get(Clock).now()
    version.save(update_fields=["state", "simulated_at", "simulation"])
    leave_leaf(version=version, verb="policy.version.simulated", actor=simulated_by, changed=found["changed"])
    ask_for_approval(version, asked_by=simulated_by)


@transactional
def _in_force() -> tuple[int, str]:
    number = number_in_force()
    return number, stored_text(number)


def _require_same_text(version: PolicyVersion, digest: str) -> None:
    # The database lets no text change; what is approved on the strength of a simulation relies on it.
    if digest != version.digest:
        raise SimulatedTextMustBeTheSame(
            f"Version {version.number} of the policies: expected the text {version.digest}, simulated was "
            f"{digest}. Simulate the version again.",
            evidence={
                "object": f"policy version {version.number}",
                "expected": version.digest,
                "got": digest,
                "remedy": "simulate the version again",
            },
        )
