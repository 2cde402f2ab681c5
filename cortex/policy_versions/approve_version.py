# SPDX-License-Identifier: Apache-2.0
"""A second person agrees to a version: to the proposal that asks for it, and so to the text that was seen."""

from cortex.approvals.approve import approve
from cortex.approvals.selectors import waiting_about
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import APPROVE_VERSION
from cortex.policy_versions.errors import PolicyVersionMustBeProposed, SecondPersonMustApprove
from cortex.policy_versions.second_person import require_second_person
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import OBJECT_TYPE, require
from cortex.ports.principal import Principal


def approve_version(*, number: int, digest: str, approved_by: Principal) -> PolicyVersion:
    """Approve the text with this digest, which the person has seen together with its simulation.

    Raises: PolicyVersionMustExist, SecondPersonMustApprove, PolicyVersionMustComeSoFar,
    PolicyVersionMustBeProposed, PolicyVersionMustBeSound, SecondPersonMustDecide, AccessMustBeGranted.
    """
    version = found_version(number)
    require_second_person(version, approved_by)
    require(approved_by, action=APPROVE_VERSION, version=version)
    require_so_far(version, PolicyVersion.State.SIMULATED)
    if digest != version.digest:
        raise SecondPersonMustApprove(
            f"Version {number} of the policies: expected the digest {version.digest}, got another one. "
            "Look at the version, and approve what you see.",
            evidence={"object": f"policy version {number}", "expected": version.digest, "got": digest[:64]},
        )
    proposal = waiting_about(company_id=None, object_type=OBJECT_TYPE, object_id=version.id)
    if proposal is None:
        raise PolicyVersionMustBeProposed(
            f"Version {number} of the policies: expected one that waits for approval, got one that does not: "
            "it was rejected, withdrawn or not decided in time. Let its author simulate it again.",
            evidence={"object": f"policy version {number}", "remedy": "let its author simulate it again"},
        )
    approval = approve(
        company_id=None, proposal_id=proposal.id, digest=proposal.digest, approved_by=approved_by
    )
    if approval.failure is not None:
        raise approval.failure
    return found_version(number)
