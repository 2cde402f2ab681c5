# SPDX-License-Identifier: Apache-2.0
"""Give somebody a role that belongs to no company."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.accounts import GRANT_ROLE, require_on_account
from cortex.identity.models import User
from cortex.identity.platform_role_changes import (
    PlatformRoleMustBeAPersons,
    change_of_role,
    role_holder,
    tell_of_role,
)
from cortex.identity.sessions import end_sessions
from cortex.ports.principal import Principal


@transactional
def grant_platform_role(*, user_id: UUID, role: str, granted_by: Principal) -> None:
    """Give the role; the person signs in anew before it is used, and tokens count with it at once.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ApprovalMustComeFirst, PlatformRoleMustBeKnown,
    PlatformRoleMustBeAPersons, PlatformRoleMustChange, UserMustExist, VaultMustBeReachable.
    """
    require_on_account(action=GRANT_ROLE, user_id=user_id, actor=granted_by)
    user = role_holder(user_id=user_id, role=role, action=GRANT_ROLE, is_held=False)
    if not user.is_active or user.kind != User.Kind.PERSON:
        raise PlatformRoleMustBeAPersons(
            f"Role {role}: expected an active person, got {user.username}.",
            evidence={"object": "role", "expected": "an active person", "got": user.kind},
        )
    changes = change_of_role(role=role, is_held=True)
    User.objects.filter(pk=user_id).update(**changes)
    # A session that began with less does not carry more.
    end_sessions(user_id=user_id, actor=granted_by)
    verb = "identity.platform_role.granted"
    tell_of_role(user=user, role=role, changes=changes, verb=verb, done="given", actor=granted_by)
