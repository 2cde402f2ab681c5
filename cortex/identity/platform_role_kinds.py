# SPDX-License-Identifier: Apache-2.0
"""Roles on the platform as proposals: people give and take them by two."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.accounts import GRANT_ROLE, REVOKE_ROLE
from cortex.identity.actor_names import names_of_actors
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.revoke_platform_role import revoke_platform_role
from cortex.ports.approvals import Approvals, Content, Description, Performed, ProposalRef, approval_kind
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.principal import Principal
from cortex.ports.registry import get

GRANT_KIND, REVOKE_KIND = GRANT_ROLE, REVOKE_ROLE
OBJECT_TYPE = "identity.user"


def register_kinds() -> None:
    """Register both kinds."""
    approval_kind(
        GRANT_KIND,
        title="A role on the platform",
        action=GRANT_ROLE,
        perform=_grant,
        describe=_described_grant,
    )
    approval_kind(
        REVOKE_KIND,
        title="The end of a role on the platform",
        action=REVOKE_ROLE,
        perform=_revoke,
        describe=_described_end,
    )


@transactional
def grant_or_propose(*, user_id: UUID, role: str, granted_by: Principal) -> ProposalRef | None:
    """Give the role, or return the proposal to give it; raises as grant_platform_role."""
    try:
        grant_platform_role(user_id=user_id, role=role, granted_by=granted_by)
    except ApprovalMustComeFirst:
        return _propose(GRANT_KIND, user_id, role, granted_by)
    return None


@transactional
def revoke_or_propose(*, user_id: UUID, role: str, revoked_by: Principal) -> ProposalRef | None:
    """Take the role away, or return the proposal to take it; raises as revoke_platform_role."""
    try:
        revoke_platform_role(user_id=user_id, role=role, revoked_by=revoked_by)
    except ApprovalMustComeFirst:
        return _propose(REVOKE_KIND, user_id, role, revoked_by)
    return None


def _propose(kind: str, user_id: UUID, role: str, proposed_by: Principal) -> ProposalRef:
    content = {"user_id": str(user_id), "role": role}
    return get(Approvals).propose(kind=kind, company_id=None, proposed_by=proposed_by, content=content)


def _grant(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    user_id = UUID(content["user_id"])
    grant_platform_role(user_id=user_id, role=content["role"], granted_by=proposer)
    return Performed(OBJECT_TYPE, user_id)


def _revoke(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    user_id = UUID(content["user_id"])
    revoke_platform_role(user_id=user_id, role=content["role"], revoked_by=proposer)
    return Performed(OBJECT_TYPE, user_id)


def _described_grant(company_id: UUID | None, content: Content) -> Description:
    return _described(content, told="gets")


def _described_end(company_id: UUID | None, content: Content) -> Description:
    return _described(content, told="loses")


def _described(content: Content, *, told: str) -> Description:
    urn = f"user:{content['user_id']}"
    name = names_of_actors(urns=[urn])[urn]
    return Description(
        title=f"{name} {told} the role {content['role']}"[:200],
        lines=[f"Person: {name}", f"Role: {content['role']}", f"The person {told} it."],
        object_type=OBJECT_TYPE,
        object_id=UUID(content["user_id"]),
    )
