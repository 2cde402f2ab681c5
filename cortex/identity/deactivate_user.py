# SPDX-License-Identifier: Apache-2.0
"""Switch a user off or on again; whoever is off has neither sessions nor tokens."""

from uuid import UUID

import structlog

from cortex.database.transactions import transactional
from cortex.identity.account_letters import write_letter
from cortex.identity.accounts import DEACTIVATE, require_on_account
from cortex.identity.digests import user_digest
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.platform_administrators import (
    platform_administrators_with_mail,
    require_another_platform_administrator,
)
from cortex.identity.sessions import end_sessions
from cortex.identity.trail import leave_leaf
from cortex.identity.users import locked_user
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable

_log = structlog.get_logger(__name__)


@transactional
def deactivate_user(*, user_id: UUID, actor: Principal) -> None:
    """Switch the user off, and end for good every session, link and permission of a program.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, UserMustExist, PlatformAdministratorMustRemain.
    """
    require_on_account(action=DEACTIVATE, user_id=user_id, actor=actor)
    require_another_platform_administrator(user_id=user_id)
    user = _switch(user_id, is_active=False)
    try:
        _tell(user, done="switched off")
    except VaultMustBeReachable:
        # Whoever must be locked out at once does not stay in because no letter can be sealed.
        _log.warning("letter_not_queued", topic="identity.switched", user_id=str(user_id))
    end_sessions(user_id=user_id, actor=actor)
    # Whoever took the account over may have let a program in, which must not be back with the account.
    get(Programs).end_all_of(user_id=user_id, ended_by=actor)
    OneTimeSignIn.objects.filter(user_id=user_id).delete()
    _leave_leaf(user, "identity.user.deactivated", actor, is_active=False)


@transactional
def reactivate_user(*, user_id: UUID, actor: Principal) -> None:
    """Switch the user on again, with what they were before.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, UserMustExist, VaultMustBeReachable.
    """
    require_on_account(action=DEACTIVATE, user_id=user_id, actor=actor)
    user = _switch(user_id, is_active=True)
    _tell(user, done="switched on again")
    _leave_leaf(user, "identity.user.reactivated", actor, is_active=True)


def _leave_leaf(user: User, verb: str, actor: Principal, *, is_active: bool) -> None:
    leave_leaf(
        verb=verb,
        object_id=user.id,
        actor=actor,
        digest=user_digest(user, is_active=is_active),
        before=user_digest(user),
    )


def _switch(user_id: UUID, *, is_active: bool) -> User:
    """Switch the user, and return what they were before."""
    user = locked_user(user_id=user_id)
    User.objects.filter(pk=user_id).update(is_active=is_active)
    return user


def _tell(user: User, *, done: str) -> None:
    """Write to the person and, of a role on the platform, to all who administer it: it comes and goes too."""
    write_letter(
        address=user.email, username=user.username, topic="switched", done=f"Your account was {done}"
    )
    if not user.marked_roles:
        return
    roles = " and ".join(sorted(user.marked_roles))
    for address in sorted({each.email for each in platform_administrators_with_mail()} - {user.email}):
        write_letter(
            address=address,
            username=user.username,
            topic="switched",
            done=f"A holder of the role {roles} was {done}",
        )
