# SPDX-License-Identifier: Apache-2.0
"""The authorizer of memberships: a role must list the action, or the answer is no."""

from uuid import UUID

from cortex.identity.memberships import CompanyMembership, membership_in, memberships_of
from cortex.identity.standing import Standing
from cortex.policy.actions import Action, find_action
from cortex.ports.authorizer import AccessMustBeGranted, Decision, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_status
from cortex.tenancy.models import Company

# Services of our own that act without a membership, each by name.
SERVICES = frozenset({"console", "scheduler"})


class MembershipAuthorizer:
    """Denies by default. Every path to a yes is written out here."""

    def decide(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> Decision:
        """Answer with the reason; an unknown action is a no."""
        declared = find_action(action)
        if declared is None:
            return Decision(False, "no context declared this action")
        if company_id is None and declared.is_of_the_platform:
            return _decide_on_the_platform(principal, declared)
        if company_id is None:
            return Decision(False, "the action belongs to a company, and none is named")
        if principal.kind == "service":
            return _decide_for_service(principal, declared, company_id)
        if principal.scopes is not None and declared.scope not in principal.scopes:
            return Decision(False, f"the token lacks the scope {declared.scope}")
        return _decide_for_member(_membership(principal, company_id), declared)

    def require(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> None:
        """Raise AccessMustBeGranted unless the decision is a yes."""
        decision = self.decide(principal=principal, action=action, company_id=company_id)
        if not decision.is_allowed:
            raise AccessMustBeGranted(
                f"Action {action}: {decision.reason}. Ask an administrator of the company for access.",
                evidence={
                    "object": action,
                    "expected": "a yes",
                    "got": decision.reason,
                    "remedy": "ask an administrator of the company",
                },
            )


def _decide_on_the_platform(principal: Principal, action: Action) -> Decision:
    """Let in who holds one of the roles in a company at work here, and whose token names the scope."""
    if principal.kind == "service":
        return Decision(principal.id in SERVICES, f"the service {principal.id} asks")
    if principal.scopes is not None and action.scope not in principal.scopes:
        return Decision(False, f"the token lacks the scope {action.scope}")
    memberships = memberships_of(user_id=principal.user_id) if principal.user_id else []
    roles = {
        role for each in memberships if each.company_status == Company.Status.ACTIVE for role in each.roles
    }
    if not roles & action.roles:
        return Decision(False, "no role in an active company allows this")
    return Decision(True, "a role in an active company allows this")


def _membership(principal: Principal, company_id: UUID) -> CompanyMembership | None:
    if principal.user_id is None:
        return None
    return membership_in(user_id=principal.user_id, company_id=company_id)


def _decide_for_member(membership: CompanyMembership | None, action: Action) -> Decision:
    if membership is None:
        return Decision(False, "no membership in this company")
    if membership.company_status != Company.Status.ACTIVE and not action.is_read:
        return Decision(False, "the company is suspended and can only be read")
    names = ", ".join(sorted(membership.roles))
    if not membership.roles & action.roles:
        return Decision(False, f"the role {names} may not do this")
    return Decision(True, f"the role {names} may do this")


def _decide_for_service(principal: Principal, action: Action, company_id: UUID) -> Decision:
    if principal.id not in SERVICES:
        return Decision(False, "this service acts for nobody")
    if not action.is_read and _status(company_id) != Company.Status.ACTIVE:
        return Decision(False, "the company is suspended and can only be read")
    return Decision(True, f"the service {principal.id} may act")


def _status(company_id: UUID) -> str | None:
    return get(Standing).recalled(("status", company_id), read=lambda: company_status(company_id=company_id))
