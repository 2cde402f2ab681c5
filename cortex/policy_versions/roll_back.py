# SPDX-License-Identifier: Apache-2.0
"""Go back, with one call, to a version that was in force before, or to what the program brings along."""

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import VERSION as PACKAGED
from cortex.policy.policy_actions import ROLL_BACK_VERSION
from cortex.policy_versions.activate_version import put_in_force
from cortex.policy_versions.errors import PolicyVersionMustDiffer, VersionMustHaveBeenInForce
from cortex.policy_versions.selectors import found_version, number_in_force
from cortex.policy_versions.trail import require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.principal import Principal


@transactional
def roll_back(*, number: int, rolled_back_by: Principal, reason: str) -> None:
    """Put the earlier version in force again; two people agreed to it once.

    Raises: PolicyVersionMustExist, PolicyVersionMustDiffer, VersionMustHaveBeenInForce,
    PolicyVersionMustBeSound, AccessMustBeGranted.
    """
    version = None if number == PACKAGED else found_version(number, for_update=True)
    require(rolled_back_by, action=ROLL_BACK_VERSION, version=version)
    if number == number_in_force():
        raise PolicyVersionMustDiffer(
            f"Version {number} of the policies: expected one that is not in force, got the one that is.",
            evidence={"object": f"policy version {number}", "got": "in force"},
        )
    if version is not None:
        _require_known(version)
        require_sound(version)
    put_in_force(version, actor=rolled_back_by, verb=ROLL_BACK_VERSION, reason=reason)


def _require_known(version: PolicyVersion) -> None:
    if version.activated_at is None:
        raise VersionMustHaveBeenInForce(
            f"Version {version.number} of the policies: expected one that was in force before, got one that "
            "is new. Let a second person approve it, and activate it.",
            evidence={"object": f"policy version {version.number}", "got": version.state},
        )
