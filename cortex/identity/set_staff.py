# SPDX-License-Identifier: Apache-2.0
"""Let somebody into the administration, or keep them out; what they may do there is said by their roles."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.account_letters import write_letter
from cortex.identity.accounts import SET_STAFF, require_on_account
from cortex.identity.digests import user_digest
from cortex.identity.models import User
from cortex.identity.trail import leave_leaf
from cortex.identity.users import locked_user
from cortex.ports.principal import Principal


@transactional
def set_staff(*, user_id: UUID, is_staff: bool, set_by: Principal) -> None:
    """Open the administration to this person, or close it; it counts from the next request on.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, UserMustExist, VaultMustBeReachable.
    """
    require_on_account(action=SET_STAFF, user_id=user_id, actor=set_by)
    user = locked_user(user_id=user_id)
    User.objects.filter(pk=user_id).update(is_staff=is_staff)
    verb = "identity.user.let_into_administration" if is_staff else "identity.user.kept_out_of_administration"
    leave_leaf(
        verb=verb,
        object_id=user_id,
        actor=set_by,
        digest=user_digest(user, is_staff=is_staff),
        before=user_digest(user),
    )
    told = "You may enter the administration" if is_staff else "You may no longer enter the administration"
    write_letter(address=user.email, username=user.username, topic="staff_set", done=told)
