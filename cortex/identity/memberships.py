# SPDX-License-Identifier: Apache-2.0
"""Give somebody roles in a company, and find out which roles somebody has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.digests import membership_digest, stored_membership_digest
from cortex.identity.given_roles import given_roles_of, locked_membership, store_given_roles
from cortex.identity.membership_changes import (
    GRANT,
    require_an_administrator_left,
    require_change,
    require_standing,
)
from cortex.identity.models import Membership, User
from cortex.identity.standing import Standing
from cortex.identity.trail import leave_leaf
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.models import Company


class RoleMustBeKnown(CortexError):
    """A role is not one of the list."""

    code = "identity.role_must_be_known"


@dataclass(frozen=True, slots=True)
class CompanyMembership:
    """A company and what the user is there."""

    company_id: UUID
    company_code: str
    company_name: str
    company_status: str
    company_created_at: datetime
    roles: frozenset[str]

    @property
    def roles_in_words(self) -> str:
        """Return the roles as a page shows them."""
        return ", ".join(sorted(self.roles))

    @property
    def company(self) -> Company:
        """Return the company without asking the database again."""
        company = Company(
            id=self.company_id,
            code=self.company_code,
            name=self.company_name,
            status=self.company_status,
            created_at=self.company_created_at,
        )
        company._state.adding = False
        return company


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of an active company of the one who asks, and the asker's own roles there."""

    user_id: UUID
    own_roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member who can be written to."""

    user_id: UUID
    email: str


def members_with_mail(*, company_id: UUID, roles: Sequence[str]) -> list[Recipient]:
    """Return the active people with an address who are one of these roles; call it in the company's scope."""
    found = Membership.objects.filter(
        company_id=company_id, roles__overlap=list(roles), user__is_active=True, user__kind=User.Kind.PERSON
    ).exclude(user__email="")
    rows = found.order_by("user__username").values_list("user_id", "user__email")
    return [Recipient(*row) for row in rows]


def people_with_mail(*, company_id: UUID, user_ids: Collection[UUID]) -> list[Recipient]:
    """Return those of these users who are active members with an address; in the company's scope."""
    found = Membership.objects.filter(
        company_id=company_id,
        user_id__in=list(user_ids),
        user__is_active=True,
        user__kind=User.Kind.PERSON,
    ).exclude(user__email="")
    rows = found.order_by("user__username").values_list("user_id", "user__email")
    return [Recipient(*row) for row in rows]


def grant_membership(
    *,
    company_id: UUID,
    user_id: UUID,
    roles: Collection[str],
    granted_by: Principal,
    is_invited: bool = False,
    is_agreed: bool = False,
) -> None:
    """Make the user a member with these roles instead of any others.

    Somebody who `is_invited` keeps what they were; whoever invited them is asked for again, and need not be
    there to give a credential; nobody agrees a second time where `is_agreed` says that somebody did.

    Raises: RoleMustBeKnown, AccessMustBeGranted, StepUpMustComeFirst, MembershipMustBeAnothersToChange,
    AdministratorMustRemain.
    """
    require_known_roles(roles=roles)
    with scope([company_id]):
        if is_invited:
            _let_in(company_id, user_id, set(roles), granted_by, is_agreed)
        else:
            _change_roles(company_id, user_id, set(roles), granted_by)
    get(Standing).forget()


def require_known_roles(*, roles: Collection[str]) -> None:
    """Raise RoleMustBeKnown for a role that is not of the list, and for none."""
    unknown = sorted(set(roles) - set(Membership.Role.values))
    if unknown or not roles:
        raise RoleMustBeKnown(
            f"Role {', '.join(unknown) or '(none)'}: expected some of {', '.join(Membership.Role.values)}.",
            evidence={"object": "role", "expected": list(Membership.Role.values), "got": unknown},
        )


def memberships_of(*, user_id: UUID) -> list[CompanyMembership]:
    """Return the companies of a user, by code; needs no tenancy scope, since it is asked to find one.

    Read once a second in each request, task or command: see Standing.
    """
    return list(get(Standing).recalled(("memberships", user_id), read=lambda: _read(user_id)))


def membership_in(*, user_id: UUID, company_id: UUID) -> CompanyMembership | None:
    """Return what the user is in this company, or None."""
    return next((found for found in memberships_of(user_id=user_id) if found.company_id == company_id), None)


def colleagues_of(*, user_id: UUID) -> list[Colleague]:
    """Return who shares an active company with the user, who is one of them; needs no tenancy scope."""
    return list(get(Standing).recalled(("colleagues", user_id), read=lambda: _read_colleagues(user_id)))


def _read_colleagues(user_id: UUID) -> list[Colleague]:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT user_id, roles FROM identity_colleagues_of(%s)", [user_id])
        return [Colleague(user_id, frozenset(roles)) for user_id, roles in cursor.fetchall()]


def _read(user_id: UUID) -> list[CompanyMembership]:
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT company_id, code, name, status, created_at, roles FROM identity_memberships_of(%s)",
            [user_id],
        )
        rows = cursor.fetchall()
    return [
        CompanyMembership(company_id, code, name, status, created_at, frozenset(roles))
        for company_id, code, name, status, created_at, roles in rows
    ]


@transactional
def _change_roles(company_id: UUID, user_id: UUID, roles: set[str], granted_by: Principal) -> None:
    require_change(action=GRANT, company_id=company_id, user_id=user_id, actor=granted_by)
    _grant(company_id, user_id, roles, granted_by, is_invited=False)


@transactional
def _let_in(company_id: UUID, user_id: UUID, roles: set[str], granted_by: Principal, is_agreed: bool) -> None:
    require_standing(
        action=GRANT, company_id=company_id, user_id=user_id, actor=granted_by, is_agreed=is_agreed
    )
    _grant(company_id, user_id, roles, granted_by, is_invited=True)


def _grant(company_id: UUID, user_id: UUID, roles: set[str], granted_by: Principal, is_invited: bool) -> None:
    # Locked: what a provider's rules take away meanwhile must not come back by the hand's write.
    known = locked_membership(company_id=company_id, user_id=user_id)
    before = given_roles_of(known)
    given = replace(before, by_hand=before.by_hand | roles) if is_invited else before.chosen_by_hand(roles)
    require_an_administrator_left(company_id=company_id, user_id=user_id, roles=given.roles)
    store_given_roles(company_id=company_id, user_id=user_id, given=given)
    leave_leaf(
        verb="identity.membership.granted",
        object_type="identity.user",
        object_id=user_id,
        actor=granted_by,
        company_id=company_id,
        digest=membership_digest(given),
        before=stored_membership_digest(known),
        is_new=known is None,
        details={"roles": ", ".join(sorted(given.roles))},
    )
