# SPDX-License-Identifier: Apache-2.0
"""Who decides a proposal, and by whose right: one's own, or that of somebody who is away."""

from dataclasses import dataclass, replace
from uuid import UUID

from cortex.approvals.actions import APPROVE, COMMENT, READ, here
from cortex.approvals.delegations import delegators_of
from cortex.approvals.errors import DecisionMustBeAPersons, SecondPersonMustDecide
from cortex.approvals.models import Proposal
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@dataclass(frozen=True, slots=True)
class Approver:
    """The person who decides. `stands_for` is whose right is used, where it is not one's own."""

    principal: Principal
    stands_for: UUID | None = None


def required_approver(*, proposal: Proposal, principal: Principal) -> Approver:
    """Return who decides, after asking the policy; the decision is recorded.

    Raises: DecisionMustBeAPersons, SecondPersonMustDecide, AccessMustBeGranted.
    """
    _require_second_person(proposal, principal)
    if not _may(proposal, principal):
        for delegator in _delegators(proposal, principal):
            if _may(proposal, delegator):
                _require(proposal, principal, action=READ)
                # The right is another's; whoever must change nothing changes nothing by it either.
                _require(proposal, principal, action=COMMENT)
                _require(proposal, delegator, action=APPROVE)
                _require_not_forbidden(proposal, principal)
                return Approver(principal, stands_for=delegator.user_id)
    _require(proposal, principal, action=APPROVE)
    return Approver(principal)


def may_decide(*, proposal: Proposal, principal: Principal) -> bool:
    """Return whether this person could decide, for pages and mail that offer only what would work."""
    if principal.kind != "user" or proposal.is_of(principal):
        return False
    if _may(proposal, principal):
        return True
    standing = [each for each in _delegators(proposal, principal) if _may(proposal, each)]
    if not standing or not all(_may(proposal, principal, action=each) for each in (READ, COMMENT)):
        return False
    return not _is_forbidden(proposal, _having_just_signed_in(principal))


def _may(proposal: Proposal, principal: Principal, *, action: str = APPROVE) -> bool:
    decision = get(Authorizer).decide(
        principal=principal,
        action=here(action, company_id=proposal.company_id),
        company_id=proposal.company_id,
        resource=proposal.resource(),
    )
    # Whoever only has to show a credential again is asked for it when the button is pressed.
    return decision.is_allowed or decision.needs == {"step_up"}


def _require(proposal: Proposal, principal: Principal, *, action: str) -> None:
    get(Authorizer).require(
        principal=principal,
        action=here(action, company_id=proposal.company_id),
        company_id=proposal.company_id,
        resource=proposal.resource(),
    )


def _require_not_forbidden(proposal: Proposal, delegate: Principal) -> None:
    """Refuse whom a policy forbids to approve this: another's right lends a permit, and lifts no forbid."""
    if _is_forbidden(proposal, delegate):
        get(Authorizer).refuse(
            principal=delegate,
            action=here(APPROVE, company_id=proposal.company_id),
            company_id=proposal.company_id,
            resource=proposal.resource(),
            reason="a policy forbids this to the delegate",
        )


def _is_forbidden(proposal: Proposal, delegate: Principal) -> bool:
    """Return whether policies decided on a no; that none of them permits it is what a delegate is for."""
    decision = get(Authorizer).decide(
        principal=delegate,
        action=here(APPROVE, company_id=proposal.company_id),
        company_id=proposal.company_id,
        resource=proposal.resource(),
    )
    return not decision.is_allowed and bool(decision.policy_ids)


def _having_just_signed_in(principal: Principal) -> Principal:
    """Return the person as after the page that asks for a credential, which comes with the button."""
    now, methods = get(Clock).now(), principal.authentication.methods | {"mfa"}
    proof = replace(principal.authentication, methods=methods, at=now, factor_at=now)
    return replace(principal, authentication=proof)


def _delegators(proposal: Proposal, principal: Principal) -> list[Principal]:
    """Return who is away now and named this person; never the proposer, and never at two removes."""
    if proposal.company_id is None or principal.user_id is None:
        return []
    away = delegators_of(company_id=proposal.company_id, user_id=principal.user_id)
    # The right is the other's, the proof of identity is that of who is here.
    return [
        replace(principal, id=str(user_id), user_id=user_id)
        for user_id in away
        if user_id != proposal.proposer_user_id
    ]


def _require_second_person(proposal: Proposal, principal: Principal) -> None:
    if principal.kind != "user" or principal.user_id is None:
        raise DecisionMustBeAPersons(
            f"Proposal {proposal.id}: expected a person to decide, got {principal.urn}. Sign in, or name a "
            "user.",
            evidence={"object": str(proposal.id), "expected": "a person", "got": principal.urn},
        )
    if proposal.is_of(principal):
        raise SecondPersonMustDecide(
            f"Proposal {proposal.id}: expected a second person to decide, got its proposer. Ask a colleague, "
            "or withdraw it.",
            evidence={"object": str(proposal.id), "expected": "a second person", "got": principal.urn},
        )
