# SPDX-License-Identifier: Apache-2.0
"""A second person agrees to a version."""

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import APPROVE_VERSION
from cortex.policy_versions.errors import SecondPersonMustApprove
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import leave_leaf, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def approve_version(*, number: int, digest: str, approved_by: Principal) -> PolicyVersion:
    """Approve the text with this digest, which the person has seen together with its simulation.

    Raises: PolicyVersionMustExist, SecondPersonMustApprove, PolicyVersionMustComeSoFar,
    PolicyVersionMustBeSound, AccessMustBeGranted.
    """
    version = found_version(number, for_update=True)
    _require_second_person(version, approved_by)
    require(approved_by, action=APPROVE_VERSION, version=version)
    require_so_far(version, PolicyVersion.State.SIMULATED)
    if digest != version.digest:
        raise SecondPersonMustApprove(
            f"Version {number} of the policies: expected the digest {version.digest}, got another one. "
            "Look at the version, and approve what you see.",
            evidence={"object": f"policy version {number}", "expected": version.digest, "got": digest[:64]},
        )
    require_sound(version)
    version.state = PolicyVersion.State.APPROVED
    version.approved_by, version.approved_at = approved_by.urn, get(Clock).now()
    version.save(update_fields=["state", "approved_by", "approved_at"])
    leave_leaf(version=version, verb=APPROVE_VERSION, actor=approved_by)
    return version


def _require_second_person(version: PolicyVersion, principal: Principal) -> None:
    # A program that acts for the author is the author's.
    same = {principal.urn, f"user:{principal.user_id}"}
    if principal.kind != "user" or version.author in same:
        raise SecondPersonMustApprove(
            f"Version {version.number} of the policies: expected a person who did not write it, got "
            f"{principal.urn}. Ask a colleague to approve it.",
            evidence={
                "object": f"policy version {version.number}",
                "expected": "another person",
                "got": principal.urn,
                "remedy": "ask a colleague",
            },
        )
