# SPDX-License-Identifier: Apache-2.0
"""Help with addresses and factors as proposals: members of companies are helped by two."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.accounts import CHANGE_ADDRESS, REMOVE_FACTOR
from cortex.identity.actor_names import names_of_actors
from cortex.identity.change_address import change_address
from cortex.identity.memberships import memberships_of
from cortex.identity.second_factors.stored import remove_all_factors
from cortex.ports.approvals import Approvals, Content, Description, Performed, ProposalRef, approval_kind
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ADDRESS_KIND, FACTORS_KIND = CHANGE_ADDRESS, REMOVE_FACTOR
OBJECT_TYPE = "identity.user"


def register_kinds() -> None:
    """Register both kinds."""
    approval_kind(
        ADDRESS_KIND,
        title="Another address for somebody's mail",
        action=CHANGE_ADDRESS,
        perform=_change,
        describe=_described_address,
    )
    approval_kind(
        FACTORS_KIND,
        title="The removal of somebody's second factors",
        action=REMOVE_FACTOR,
        perform=_remove,
        describe=_described_factors,
    )


@transactional
def change_address_or_propose(*, user_id: UUID, address: str, changed_by: Principal) -> ProposalRef | None:
    """Change the address, or return the proposal to change it; raises as change_address."""
    try:
        change_address(user_id=user_id, address=address, changed_by=changed_by)
    except ApprovalMustComeFirst:
        # The leaf of a proposal has its digest, and nobody shall test guesses of an address against that.
        content = {"user_id": str(user_id), "address": address, "salt": secrets.token_hex(16)}
        return _propose(ADDRESS_KIND, changed_by, content)
    return None


@transactional
def remove_factors_or_propose(*, user_id: UUID, removed_by: Principal) -> ProposalRef | None:
    """Remove every factor, or return the proposal to remove them; raises as remove_all_factors."""
    try:
        remove_all_factors(user_id=user_id, actor=removed_by)
    except ApprovalMustComeFirst:
        return _propose(FACTORS_KIND, removed_by, {"user_id": str(user_id)})
    return None


def _propose(kind: str, proposed_by: Principal, content: Content) -> ProposalRef:
    return get(Approvals).propose(kind=kind, company_id=None, proposed_by=proposed_by, content=content)


def _change(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    user_id = UUID(content["user_id"])
    change_address(user_id=user_id, address=content["address"], changed_by=proposer)
    return Performed(OBJECT_TYPE, user_id)


def _remove(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    user_id = UUID(content["user_id"])
    remove_all_factors(user_id=user_id, actor=proposer)
    return Performed(OBJECT_TYPE, user_id)


def _described_address(company_id: UUID | None, content: Content) -> Description:
    lines = [f"New address: {content['address']}", "Whoever reads its mail can set a new password."]
    return _described(content, told="gets mail at another address", lines=lines)


def _described_factors(company_id: UUID | None, content: Content) -> Description:
    return _described(content, told="loses every second factor", lines=["A password alone signs in then."])


def _described(content: Content, *, told: str, lines: Sequence[str]) -> Description:
    user_id = UUID(content["user_id"])
    urn = f"user:{user_id}"
    name = names_of_actors(urns=[urn])[urn]
    roles = [
        f"Roles in {each.company_code}: {each.roles_in_words}" for each in memberships_of(user_id=user_id)
    ]
    return Description(
        title=f"{name} {told}"[:200],
        lines=[f"Person: {name}", *lines, *roles, "Make sure that the person asked for it."],
        object_type=OBJECT_TYPE,
        object_id=user_id,
    )
