# SPDX-License-Identifier: Apache-2.0
"""Change the address to which somebody's mail goes; both addresses are told, and the person's companies."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.account_letters import write_letter
from cortex.identity.accounts import CHANGE_ADDRESS, require_on_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.told_companies import tell_companies
from cortex.identity.users import locked_user
from cortex.ports.principal import Principal

ADDRESS_LENGTH_MAX = 254


class AddressMustBeWellFormed(CortexError):
    """No mail can go to this address."""

    code = "identity.address_must_be_well_formed"


@transactional
def change_address(*, user_id: UUID, address: str, changed_by: Principal) -> None:
    """Let mail go to another address, and void every link that went to the one before.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ApprovalMustComeFirst, UserMustExist,
    AddressMustBeWellFormed, VaultMustBeReachable.
    """
    require_on_account(action=CHANGE_ADDRESS, user_id=user_id, actor=changed_by)
    _require_address(address)
    before = lock_credentials(user_id=user_id)
    user = locked_user(user_id=user_id)
    User.objects.filter(pk=user_id).update(email=address)
    OneTimeSignIn.objects.filter(user_id=user_id, used_at__isnull=True).delete()
    # A leaf holds no address; its digest is of all by which somebody signs in, under a random salt.
    leave_leaf_of_credentials(
        verb="identity.user.address_changed", user_id=user_id, actor=changed_by, before=before
    )
    for each in {user.email, address}:
        write_letter(
            address=each, username=user.username, topic="address_changed", done="The address was changed"
        )
    tell_companies(
        user=user, verb="identity.member.address_changed", done="The address was changed", by=changed_by
    )


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise _malformed() from error
    if len(address) > ADDRESS_LENGTH_MAX:
        raise _malformed()


def _malformed() -> AddressMustBeWellFormed:
    return AddressMustBeWellFormed(
        f"Address: expected one such as dora@example.org, of at most {ADDRESS_LENGTH_MAX} characters.",
        evidence={"object": "address", "expected": "an address"},
    )
