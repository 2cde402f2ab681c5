# SPDX-License-Identifier: Apache-2.0
"""Switch a user off or on again; whoever is off has neither sessions nor tokens."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.accounts import DEACTIVATE, require_on_account
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.sessions import end_sessions
from cortex.identity.trail import leave_leaf
from cortex.identity.users import UserMustExist
from cortex.ports.principal import Principal


@transactional
def deactivate_user(*, user_id: UUID, actor: Principal) -> None:
    """Switch the user off, end every session and void every link; tokens are refused from now on.

    Raises: AccessMustBeGranted, UserMustExist.
    """
    require_on_account(action=DEACTIVATE, user_id=user_id, actor=actor)
    _switch(user_id, is_active=False)
    end_sessions(user_id=user_id, actor=actor)
    OneTimeSignIn.objects.filter(user_id=user_id).delete()
    leave_leaf(verb="identity.user.deactivated", object_id=user_id, actor=actor)


@transactional
def reactivate_user(*, user_id: UUID, actor: Principal) -> None:
    """Switch the user on again, with what they were before; raises AccessMustBeGranted, UserMustExist."""
    require_on_account(action=DEACTIVATE, user_id=user_id, actor=actor)
    _switch(user_id, is_active=True)
    leave_leaf(verb="identity.user.reactivated", object_id=user_id, actor=actor)


def _switch(user_id: UUID, *, is_active: bool) -> None:
    if User.objects.filter(pk=user_id).update(is_active=is_active) != 1:
        raise UserMustExist(
            "User: expected one with this id, got none.", evidence={"object": "user", "got": str(user_id)}
        )
