# SPDX-License-Identifier: Apache-2.0
"""What giving a role on the platform and taking it away have in common."""

from collections.abc import Mapping
from uuid import UUID

from cortex.errors import Conflict, CortexError
from cortex.identity.account_letters import write_letter
from cortex.identity.digests import user_digest
from cortex.identity.models import MARKS, PLATFORM_ADMINISTRATOR, User
from cortex.identity.platform_administrators import platform_administrators_with_mail
from cortex.identity.standing import Standing
from cortex.identity.trail import leave_leaf
from cortex.identity.users import locked_user
from cortex.ports.authorizer import consent_to
from cortex.ports.principal import Principal
from cortex.ports.registry import get


class PlatformRoleMustBeKnown(CortexError):
    """There is no such role on the platform."""

    code = "identity.platform_role_must_be_known"


class PlatformRoleMustBeAPersons(Conflict):
    """Roles on the platform are for active people."""

    code = "identity.platform_role_must_be_a_persons"


class PlatformRoleMustChange(Conflict):
    """The person has the role already, or has not had it."""

    code = "identity.platform_role_must_change"


class PlatformRoleMustBeAgreedToByOthers(CortexError):
    """Nobody agrees to a role of their own, be it given or taken away."""

    code = "identity.platform_role_must_be_agreed_to_by_others"
    status = 403


def role_holder(*, user_id: UUID, role: str, action: str, is_held: bool) -> User:
    """Return the person whose role changes, locked, once the change makes sense; call it in the transaction.

    Raises: PlatformRoleMustBeKnown, PlatformRoleMustChange, PlatformRoleMustBeAgreedToByOthers,
    UserMustExist.
    """
    if role not in MARKS:
        raise PlatformRoleMustBeKnown(
            f"Role {role[:40]}: expected one of {', '.join(sorted(MARKS))}.",
            evidence={"object": "role", "expected": sorted(MARKS), "got": role[:40]},
        )
    _require_others_consent(action, user_id)
    user = locked_user(user_id=user_id)
    if getattr(user, MARKS[role]) != is_held:
        expected, got = ("it", "none") if is_held else ("none", "it")
        raise PlatformRoleMustChange(
            f"Role {role} of {user.username}: expected {expected}, got {got}. Look at the user again.",
            evidence={"object": "role", "expected": expected, "got": got, "remedy": "look at the user again"},
        )
    return user


def change_of_role(*, role: str, is_held: bool) -> dict[str, bool]:
    """Return what of a user's row changes with the role."""
    # Whoever administers the platform does so in the administration, and has nothing to do there afterwards.
    enters = {"is_staff": is_held} if role == PLATFORM_ADMINISTRATOR else {}
    return {MARKS[role]: is_held, **enters}


def tell_of_role(
    *, user: User, role: str, changes: Mapping[str, bool], verb: str, done: str, actor: Principal
) -> None:
    """Leave the leaf, write to the person and to every platform administrator, and let the change count.

    `user` is as it was before the changes.
    """
    leave_leaf(
        verb=verb,
        object_id=user.id,
        actor=actor,
        digest=user_digest(user, **changes),
        before=user_digest(user),
    )
    told = {each.email for each in platform_administrators_with_mail()} | {user.email}
    for address in sorted(told):
        write_letter(
            address=address, username=user.username, topic="platform_role", done=f"The role {role} was {done}"
        )
    get(Standing).forget()


def _require_others_consent(action: str, user_id: UUID) -> None:
    consent = consent_to(action=action, company_id=None)
    if consent is not None and consent.given_by.user_id == user_id:
        raise PlatformRoleMustBeAgreedToByOthers(
            "Role: expected a second person who is not the one it is about, got that one. Ask another "
            "platform administrator.",
            evidence={"object": "role", "expected": "another person", "got": consent.given_by.urn},
        )
