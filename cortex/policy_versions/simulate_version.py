# SPDX-License-Identifier: Apache-2.0
"""Ask recorded questions again under a version, keep what would change, and ask for a second person."""

from collections.abc import Mapping
from typing import Any

from cortex.database.transactions import transactional
from cortex.policy.engine import PolicyEngine
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import WRITE_VERSION
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
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import leave_leaf, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_FROM = (PolicyVersion.State.VALIDATED, PolicyVersion.State.SIMULATED)


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
    Raises: PolicyVersionMustExist, PolicyVersionMustComeSoFar, PolicyVersionMustBeSound, AccessMustBeGranted.
    """
    version = found_version(number, for_update=True)
    require(simulated_by, action=WRITE_VERSION, version=version)
    require_so_far(version, *_FROM)
    require_sound(version)
    version.simulation = _result(version, decisions_max, progress)
    version.state, version.simulated_at = PolicyVersion.State.SIMULATED, get(Clock).now()
    version.save(update_fields=["state", "simulated_at", "simulation"])
    leave_leaf(
        version=version,
        verb="policy.version.simulated",
        actor=simulated_by,
        changed=version.simulation["changed"],
    )
    ask_for_approval(version, asked_by=simulated_by)
    return version.simulation


def _result(version: PolicyVersion, decisions_max: int, progress: Progress) -> dict[str, Any]:
    compared_with = number_in_force()
    before = PolicyEngine(stored_text(compared_with), version=compared_with)
    after = PolicyEngine(version.text, version=version.number)
    decisions = recorded_decisions(limit=decisions_max)
    groups = changed_groups(decisions, before=before, after=after, progress=progress)
    changed = sum(group.count for group in groups)
    return {
        "compared_with": compared_with,
        "decisions": len(decisions),
        "changed": changed,
        "summary": f"{changed:,} of {len(decisions):,} decisions would change",
        "groups": [group.as_json() for group in groups[:GROUPS_MAX]],
        "granted": [[grant.role, grant.action] for grant in grants_added(before, after)],
        "taken_away": [[grant.role, grant.action] for grant in grants_added(after, before)],
    }
