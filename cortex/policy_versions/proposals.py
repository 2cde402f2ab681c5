# SPDX-License-Identifier: Apache-2.0
"""Putting a version in force as a proposal: a second person approves it, and it is in force."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import ACTIVATE_VERSION
from cortex.policy_versions.activate_version import activate_version
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import OBJECT_TYPE, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.approvals import Approvals, Content, Description, Performed, ProposalRef, approval_kind
from cortex.ports.authorizer import consent_to
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ACTIVATE = "policy.version.activate"


def register_kinds() -> None:
    """Register the kind."""
    approval_kind(
        ACTIVATE,
        title="Put a version of the policies in force",
        action=ACTIVATE_VERSION,
        perform=_perform,
        describe=_described,
    )


@transactional
def propose_version(*, number: int, proposed_by: Principal) -> ProposalRef:
    """Ask a second person to approve a simulated version and to put it in force."""
    return get(Approvals).propose(
        kind=ACTIVATE, company_id=None, proposed_by=proposed_by, content={"number": number}
    )


def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    number = content["number"]
    version = found_version(number, for_update=True)
    require(proposer, action=ACTIVATE_VERSION, version=version)
    require_so_far(version, PolicyVersion.State.SIMULATED)
    require_sound(version)
    consent = consent_to(action=ACTIVATE_VERSION, company_id=None)
    # A rehearsal carries the proposer's own consent: there is nobody yet who could have approved.
    if consent is not None and consent.given_by != proposer:
        approve_version(number=number, digest=version.digest, approved_by=consent.given_by)
        activate_version(number=number, activated_by=proposer, reason=f"proposal {consent.proposal_id}")
    return Performed(OBJECT_TYPE, version.id)


def _described(company_id: UUID | None, content: Content) -> Description:
    version = found_version(content["number"])
    simulation = version.simulation or {}
    granted, taken = simulation.get("granted", []), simulation.get("taken_away", [])
    return Description(
        title=f"Put version {version.number} of the policies in force",
        lines=[
            f"Text: SHA-256 {version.digest}",
            f"Written by: {version.author}",
            f"Simulation: {simulation.get('summary', 'none')}",
            f"Roles gain {len(granted)} rights and lose {len(taken)}",
            f"Note: {version.note or 'none'}",
        ],
        object_type=OBJECT_TYPE,
        object_id=version.id,
    )
