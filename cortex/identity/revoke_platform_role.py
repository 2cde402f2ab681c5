# SPDX-License-Identifier: Apache-2.0
"""Take a role away that belongs to no company."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.accounts import REVOKE_ROLE, require_on_account
from cortex.identity.models import PLATFORM_ADMINISTRATOR, User
from cortex.identity.platform_administrators import require_another_platform_administrator
from cortex.identity.platform_role_changes import change_of_role, role_holder, tell_of_role
from cortex.identity.sessions import end_sessions
from cortex.ports.principal import Principal


@transactional
def revoke_platform_role(*, user_id: UUID, role: str, revoked_by: Principal) -> None:
    """Take the role away and end every session; tokens count without it from the next request on.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ApprovalMustComeFirst, PlatformRoleMustBeKnown,
    PlatformRoleMustChange, PlatformAdministratorMustRemain, UserMustExist, VaultMustBeReachable.
    """
    require_on_account(action=REVOKE_ROLE, user_id=user_id, actor=revoked_by)
    end_platform_role(user_id=user_id, role=role, ended_by=revoked_by)


@transactional
def end_platform_role(*, user_id: UUID, role: str, ended_by: Principal) -> None:
    """Take the role away for a verb that has asked the authorizer; raises as `revoke_platform_role`."""
    user = role_holder(user_id=user_id, role=role, action=REVOKE_ROLE, is_held=True)
    if role == PLATFORM_ADMINISTRATOR:
        require_another_platform_administrator(user_id=user_id)
    changes = change_of_role(role=role, is_held=False)
    User.objects.filter(pk=user_id).update(**changes)
    end_sessions(user_id=user_id, actor=ended_by)
    verb = "identity.platform_role.revoked"
    tell_of_role(user=user, role=role, changes=changes, verb=verb, done="taken away", actor=ended_by)
