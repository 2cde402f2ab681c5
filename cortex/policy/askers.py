# SPDX-License-Identifier: Apache-2.0
"""Whoever asks, as policies see it: in one company at a time, with the roles that it has there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cortex.identity.memberships import membership_in, memberships_of
from cortex.identity.standing import Standing
from cortex.identity.users import platform_roles_of
from cortex.policy.cedar import Uid
from cortex.ports.approvals import LIMITED_ROLES, ApprovalRules
from cortex.ports.emergency_access import EmergencyAccess, OpenAccess
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_status
from cortex.tenancy.models import Company

_TYPES = {
    "user": "Cortex::User",
    "client": "Cortex::Client",
    "plugin": "Cortex::Plugin",
    "service": "Cortex::Service",
}


@dataclass(frozen=True, slots=True)
class Asker:
    """A principal in one company or on the platform; `is_known` is False for an outsider."""

    principal: Principal
    roles: frozenset[str]
    is_known: bool
    company_is_active: bool
    limits: Mapping[str, int] = field(default_factory=dict)
    # The person has opened the company for a while and gave a reason: see cortex.break_glass.
    is_in_an_emergency: bool = False

    @property
    def uid(self) -> Uid:
        """Return its id as the engine writes it."""
        return {"type": _TYPES[self.principal.kind], "id": self.principal.id}

    @property
    def entity(self) -> dict[str, Any]:
        """Return it as the engine takes it."""
        parents = [{"type": "Cortex::Role", "id": role} for role in sorted(self.roles)]
        return {"uid": self.uid, "attrs": {**self._attributes(), **self.limits}, "parents": parents}

    def _attributes(self) -> dict[str, Any]:
        scopes = None if self.principal.scopes is None else sorted(self.principal.scopes)
        if self.principal.kind == "user":
            return {} if scopes is None else {"scopes": scopes}
        if self.principal.kind == "service":
            return {}
        acts_for = {"__entity": {"type": "Cortex::User", "id": str(self.principal.user_id)}}
        if self.principal.kind == "plugin":
            return {
                "acts_for": acts_for,
                "scopes": scopes or [],
                "granted": sorted(self.principal.granted),
            }
        return {
            "scopes": scopes or [],
            "requires_certificate": self.principal.bound_to is not None,
            **({} if self.principal.bound_to is None else {"certificate": self.principal.bound_to}),
            **({"acts_for": acts_for} if self.principal.user_id else {}),
            **({"acts_for_person": True} if self.principal.acts_for_person else {}),
        }


def asker_in(*, principal: Principal, company_id: UUID, is_limited: bool = True) -> Asker:
    """Return the principal as it stands in this company; no limit matters to whoever only looks."""
    if principal.kind == "service":
        status = get(Standing).recalled(
            ("status", company_id), read=lambda: company_status(company_id=company_id)
        )
        return Asker(principal, frozenset(), True, status == Company.Status.ACTIVE)
    user_id = principal.user_id
    membership = membership_in(user_id=user_id, company_id=company_id) if user_id else None
    opened = next((each for each in open_to(principal) if each.company_id == company_id), None)
    standing = membership or opened
    if standing is None:
        return Asker(principal, frozenset(), False, False)
    is_active = standing.company_status == Company.Status.ACTIVE
    roles = membership.roles if membership else frozenset[str]()
    limits = _limits(company_id, user_id, roles, opened is not None) if is_limited else {}
    return Asker(principal, roles, True, is_active, limits, is_in_an_emergency=opened is not None)


def open_to(principal: Principal) -> list[OpenAccess]:
    """Return what the person has opened in an emergency; nothing through a token, nor to anybody else."""
    if principal.kind != "user" or principal.user_id is None or principal.scopes is not None:
        return []
    return get(EmergencyAccess).opened_by(user_id=principal.user_id)


def _limits(
    company_id: UUID, user_id: UUID | None, roles: frozenset[str], is_in_an_emergency: bool
) -> dict[str, int]:
    """Return the limit of the roles; whoever enters by emergency access alone has the lowest there is."""
    held = [roles]
    if is_in_an_emergency and roles.isdisjoint(LIMITED_ROLES):
        held = [frozenset({role}) for role in LIMITED_ROLES]
    rules = get(ApprovalRules)
    found = (rules.entry_limit_minor(company_id=company_id, user_id=user_id, roles=each) for each in held)
    known = [limit for limit in found if limit is not None]
    return {"entry_limit_minor": min(known)} if known else {}


def asker_on_the_platform(*, principal: Principal) -> Asker:
    """Return the principal with every role that it has in a company at work here, and the platform's own."""
    user_id = principal.user_id
    if principal.kind == "service" or user_id is None:
        return Asker(principal, frozenset(), principal.kind == "service", True)
    roles = {
        role
        for each in memberships_of(user_id=user_id)
        if each.company_status == Company.Status.ACTIVE
        for role in each.roles
    }
    own = get(Standing).recalled(("platform roles", user_id), read=lambda: platform_roles_of(user_id=user_id))
    return Asker(principal, frozenset(roles | own), True, True)
