# SPDX-License-Identifier: Apache-2.0
"""Who belongs to a company, as its administrators see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.identity.hidden import is_hidden
from cortex.identity.membership_changes import MEMBERSHIP, READ_MEMBERS, MembershipMustExist
from cortex.identity.models import Membership, User
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal
from cortex.tenancy import scope

MEMBERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A member and what they are here."""

    user_id: UUID
    username: str
    full_name: str
    kind: str
    is_active: bool
    roles: tuple[str, ...]
    since: datetime
    last_sign_in: datetime | None
    # Roles that rules of providers gave, such as `corp: clerk`; all others were given by people.
    by_rules: tuple[str, ...] = ()


def memberships_in(*, company_id: UUID) -> QuerySet[Membership]:
    """Return the memberships of a company in scope, by name: doors show those that somebody may see."""
    rows = Membership.objects.filter(company_id=company_id).select_related("user")
    return rows.order_by("user__username")


def members_of(*, company_id: UUID) -> list[Member]:
    """Return the members by name, at most a thousand, to a service that looks for its own verb."""
    with scope([company_id]):
        return members_from(memberships_in(company_id=company_id))


def member_in(*, company_id: UUID, username: str, actor: Principal) -> User:
    """Return the member of this name; raises MembershipMustExist, also for one hidden from the actor."""
    found = _found(company_id, actor, user__username=username)
    if found is None:
        raise MembershipMustExist(
            f"Membership: expected {username[:150]} to be a member of this company, got nobody of that name.",
            evidence={"object": "membership", "got": username[:150]},
        )
    return found.user


def require_member(*, company_id: UUID, user_id: UUID, actor: Principal) -> None:
    """Require that the user belongs to the company, since only invitations let people in.

    Raises: MembershipMustExist, also for a member who is hidden from the actor.
    """
    if _found(company_id, actor, user_id=user_id) is None:
        raise MembershipMustExist(
            "Membership: expected one of this user in this company, got none. Invite them.",
            evidence={"object": "membership", "got": str(user_id), "remedy": "invite them"},
        )


@transactional
def members_from(rows: QuerySet[Membership]) -> list[Member]:
    """Return the members behind these memberships, at most a thousand."""
    return [
        Member(
            user_id=row.user_id,
            username=row.user.username,
            full_name=row.user.get_full_name(),
            kind=row.user.kind,
            is_active=row.user.is_active,
            roles=tuple(row.roles),
            since=row.created_at,
            last_sign_in=row.user.last_login,
            by_rules=tuple(f"{name}: {', '.join(roles)}" for name, roles in row.roles_by_rules.items()),
        )
        for row in rows[:MEMBERS_MAX]
    ]


def _found(company_id: UUID, actor: Principal, **whose: Any) -> Membership | None:
    with scope([company_id]):
        found = _find(company_id, whose)
        return (
            None
            if found is None
            or is_hidden(
                Resource(MEMBERSHIP, str(found.id)),
                principal=actor,
                read_action=READ_MEMBERS,
                company_id=company_id,
            )
            else found
        )


@transactional
def _find(company_id: UUID, whose: Mapping[str, Any]) -> Membership | None:
    return memberships_in(company_id=company_id).filter(**whose).first()
