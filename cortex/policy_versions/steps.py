# SPDX-License-Identifier: Apache-2.0
"""The order of steps: none is left out."""

from cortex.policy.models import PolicyVersion
from cortex.policy_versions.errors import PolicyVersionMustComeSoFar


def require_so_far(version: PolicyVersion, *states: PolicyVersion.State) -> None:
    """Refuse a version in another state; raises PolicyVersionMustComeSoFar."""
    if version.state not in states:
        wanted = " or ".join(state.value for state in states)
        raise PolicyVersionMustComeSoFar(
            f"Version {version.number} of the policies: expected one that is {wanted}, got one that is "
            f"{version.state}. Do the steps in order: validate, simulate, approve, activate.",
            evidence={
                "object": f"policy version {version.number}",
                "expected": wanted,
                "got": version.state,
                "remedy": "do the steps in order",
            },
        )
