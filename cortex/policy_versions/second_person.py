# SPDX-License-Identifier: Apache-2.0
"""Versions wait for a second person as every proposal does; agreeing to one makes its version approved."""

from uuid import UUID

from cortex.approvals.selectors import waiting_about
from cortex.policy.in_force import version_digest
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import APPROVE_VERSION
from cortex.policy_versions.errors import SecondPersonMustApprove
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import OBJECT_TYPE, leave_leaf, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.approvals import Approvals, Content, Description, Performed, approval_kind
from cortex.ports.authorizer import consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

KIND = "policy.version.approve"


def register_kind() -> None:
    """Register the kind of proposal."""
    approval_kind(
        KIND,
        title="A version of the policies",
        action=APPROVE_VERSION,
        perform=_perform,
        describe=_describe,
    )


def ask_for_approval(version: PolicyVersion, *, asked_by: Principal) -> None:
    """Propose the simulated version in the open transaction, unless it waits already.

    Its author asks; of a version that no person wrote, whoever simulates it. Others only look at what would
    change: whoever asked could not be the second person any more.
    """
    author = person_behind(version.author)
    if author is not None and author != person_behind(asked_by.urn):
        return
    if waiting_about(company_id=None, object_type=OBJECT_TYPE, object_id=version.id) is None:
        content = {"number": version.number, "digest": version.digest}
        get(Approvals).propose(kind=KIND, company_id=None, proposed_by=asked_by, content=content)


def require_second_person(version: PolicyVersion, principal: Principal) -> None:
    """Refuse everybody but a person who did not write the version; raises SecondPersonMustApprove."""
    # A program that acts for a person is that person's.
    if principal.kind != "user" or person_behind(version.author) == principal.id:
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


def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    """Make the version approved by whoever gave the consent; the proposer's own only rehearses it."""
    version = found_version(content["number"], for_update=True)
    require_so_far(version, PolicyVersion.State.SIMULATED)
    require_sound(version)
    consent = consent_to(action=APPROVE_VERSION, company_id=company_id)
    if consent is not None and consent.given_by.urn != proposer.urn:
        _approve(version, consent.given_by)
    return Performed(OBJECT_TYPE, version.id)


def _approve(version: PolicyVersion, second: Principal) -> None:
    require_second_person(version, second)
    require(second, action=APPROVE_VERSION, version=version)
    version.state = PolicyVersion.State.APPROVED
    version.approved_by, version.approved_at = second.urn, get(Clock).now()
    version.save(update_fields=["state", "approved_by", "approved_at"])
    leave_leaf(version=version, verb=APPROVE_VERSION, actor=second, before=version_digest(version))


def _describe(company_id: UUID | None, content: Content) -> Description:
    version = found_version(content["number"])
    found = version.simulation or {}
    rights = [
        f"{told}: {role} may {action}"
        for told, name in (("Granted", "granted"), ("Taken away", "taken_away"))
        for role, action in found.get(name, ())
    ]
    return Description(
        title=f"Version {version.number} of the policies",
        lines=[
            f"Note: {version.note or 'none'}",
            f"Written by {version.author}",
            f"SHA-256 of the text: {version.digest}",
            str(found.get("summary", "")),
            *rights,
        ],
        object_type=OBJECT_TYPE,
        object_id=version.id,
    )
