# SPDX-License-Identifier: Apache-2.0
"""Take a membership away, and what every change of a membership has to respect."""

from collections.abc import Collection
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.errors import CortexError, NotFound
from cortex.identity.digests import stored_membership_digest
from cortex.identity.given_roles import locked_membership
from cortex.identity.models import Membership, User
from cortex.identity.standing import Standing
from cortex.identity.trail import leave_leaf
from cortex.ports.authorizer import Authorizer
from cortex.ports.memberships import end_all
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

GRANT, REVOKE = "identity.membership.grant", "identity.membership.revoke"
READ_MEMBERS = "identity.membership.read"
MEMBERSHIP = "People::Membership"
ADMINISTRATOR = Membership.Role.ADMINISTRATOR


class MembershipMustExist(NotFound):
    """The user is no member of this company."""

    code = "identity.membership_must_exist"


class MembershipMustBeAnothersToChange(CortexError):
    """Nobody changes what they are themselves."""

    code = "identity.membership_must_be_anothers_to_change"
    status = 403


class AdministratorMustRemain(CortexError):
    """The company would be left without anybody who can let people in."""

    code = "identity.administrator_must_remain"
    status = 409


def require_change(*, action: str, company_id: UUID, user_id: UUID, actor: Principal) -> None:
    """Ask the authorizer, and refuse a change of one's own membership.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, MembershipMustBeAnothersToChange.
    """
    get(Authorizer).require(principal=actor, action=action, company_id=company_id)
    _require_anothers(user_id, actor)


def require_standing(
    *, action: str, company_id: UUID, user_id: UUID, actor: Principal, is_agreed: bool
) -> None:
    """Refuse what the actor may do no longer; that their credential grew old meanwhile is no reason.

    Nor is that a second person must agree, where `is_agreed` says that one did.

    Raises: AccessMustBeGranted, MembershipMustBeAnothersToChange.
    """
    decided = get(Authorizer).decide(principal=actor, action=action, company_id=company_id)
    met = {"step_up", "approval"} if is_agreed else {"step_up"}
    if not decided.is_allowed and not frozenset() < decided.needs <= met:
        get(Authorizer).refuse(
            principal=actor,
            action=action,
            company_id=company_id,
            reason="whoever invited you may no longer do so",
            remedy="whoever invited you may no longer do so: ask for a new invitation",
        )
    _require_anothers(user_id, actor)


def require_an_administrator_left(*, company_id: UUID, user_id: UUID, roles: Collection[str]) -> None:
    """Refuse to take the role from the last administrator; call it inside the transaction and the scope.

    Raises: AdministratorMustRemain.
    """
    # The rows are locked, so that two administrators cannot take the role from each other at once.
    rows = list(
        Membership.objects.select_for_update()
        .filter(company_id=company_id, roles__contains=[ADMINISTRATOR])
        .order_by("id")
    )
    is_one = any(row.user_id == user_id for row in rows)
    others = [row.user_id for row in rows if row.user_id != user_id]
    is_left = User.objects.filter(id__in=others, is_active=True).exists()
    if is_one and ADMINISTRATOR not in roles and not is_left:
        raise AdministratorMustRemain(
            "Membership: expected another active administrator to be left, got none. Make somebody else "
            "administrator first.",
            evidence={"object": "membership", "remedy": "make somebody else administrator first"},
        )


def revoke_membership(*, company_id: UUID, user_id: UUID, revoked_by: Principal) -> None:
    """End the membership; it counts from the user's next request on.

    Raises: AccessMustBeGranted, MembershipMustExist, MembershipMustBeAnothersToChange,
    AdministratorMustRemain.
    """
    with scope([company_id]):
        _revoke(company_id=company_id, user_id=user_id, revoked_by=revoked_by)


@transactional
def _revoke(*, company_id: UUID, user_id: UUID, revoked_by: Principal) -> None:
    require_change(action=REVOKE, company_id=company_id, user_id=user_id, actor=revoked_by)
    end_membership(company_id=company_id, user_id=user_id, ended_by=revoked_by)


@transactional
def end_membership(*, company_id: UUID, user_id: UUID, ended_by: Principal) -> None:
    """End the membership, and all that rooms gave to the member; call it in the company's scope.

    It is for verbs that have asked the authorizer.

    Raises: MembershipMustExist, AdministratorMustRemain.
    """
    require_an_administrator_left(company_id=company_id, user_id=user_id, roles=())
    known = locked_membership(company_id=company_id, user_id=user_id)
    if known is None:
        raise MembershipMustExist(
            "Membership: expected one of this user in this company, got none. It may have ended already.",
            evidence={"object": "membership", "got": str(user_id)},
        )
    Membership.objects.filter(company_id=company_id, user_id=user_id).delete()
    # Whoever is let in again one day starts anew, with nothing that was shared with them before.
    end_all(company_id=company_id, user_id=user_id, ended_by=ended_by)
    leave_leaf(
        verb="identity.membership.revoked",
        object_type="identity.user",
        object_id=user_id,
        actor=ended_by,
        company_id=company_id,
        before=stored_membership_digest(known),
    )
    get(Standing).forget()


def _require_anothers(user_id: UUID, actor: Principal) -> None:
    if actor.user_id == user_id:
        raise MembershipMustBeAnothersToChange(
            "Membership: expected somebody else's, got your own. Ask another administrator.",
            evidence={"object": "membership", "remedy": "ask another administrator"},
        )
