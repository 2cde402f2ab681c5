# SPDX-License-Identifier: Apache-2.0
"""From when on a second person is needed in a company: read for policies, pages and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cortex.approvals.errors import LimitMustExist
from cortex.approvals.models import CompanyRule, EntryLimit
from cortex.database.transactions import transactional
from cortex.ports.approvals import LIMITED_ROLES
from cortex.tenancy import scope


@dataclass(frozen=True, slots=True)
class Rules:
    """What a company's people have set; a new company has no limits."""

    requires_second_person: bool = False
    by_role: Mapping[str, int] = field(default_factory=dict)
    by_member: Mapping[UUID, int] = field(default_factory=dict)

    def entry_limit_minor(self, *, user_id: UUID | None, roles: frozenset[str]) -> int | None:
        """Return the member's own limit, else the highest of its roles'; a role without one is above all."""
        if user_id is not None and user_id in self.by_member:
            return self.by_member[user_id]
        entering = [role for role in LIMITED_ROLES if role in roles]
        if not entering or any(role not in self.by_role for role in entering):
            return None
        return max(self.by_role[role] for role in entering)


def rules_of(*, company_id: UUID) -> Rules:
    """Return what is set, read now."""
    with scope([company_id]):
        return _read(company_id)


@transactional
def limits_of(*, company_id: UUID) -> list[EntryLimit]:
    """Return the limits of the company in scope: those of roles by their names, then those of members."""
    return sorted(
        EntryLimit.objects.filter(company_id=company_id), key=lambda one: (one.role is None, one.role, one.id)
    )


@transactional
def limit_of(*, company_id: UUID, limit_id: UUID) -> EntryLimit:
    """Return one limit of the company in scope; raises LimitMustExist, also for one that was taken away."""
    found = EntryLimit.objects.filter(company_id=company_id, id=limit_id).first()
    if found is None:
        raise LimitMustExist(
            f"Limit {limit_id}: expected one that counts, got none.",
            evidence={"object": "limit", "got": str(limit_id)},
        )
    return found


@transactional
def _read(company_id: UUID) -> Rules:
    rule = CompanyRule.objects.filter(company_id=company_id).first()
    limits = list(EntryLimit.objects.filter(company_id=company_id))
    return Rules(
        requires_second_person=rule is not None and rule.requires_second_person,
        by_role={limit.role: limit.entry_limit_minor for limit in limits if limit.role},
        by_member={limit.user_id: limit.entry_limit_minor for limit in limits if limit.user_id},
    )
