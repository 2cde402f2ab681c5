# SPDX-License-Identifier: Apache-2.0
"""Set a new password; whoever is signed in elsewhere with the old one is signed out."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.accounts import require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.notices import tell_owner
from cortex.identity.sessions import end_sessions
from cortex.ports.principal import Principal

CHANGED = "identity.password.changed"


class PasswordMustBeStrong(CortexError):
    """The password is short, long, common, or close to what is known of its person."""

    code = "identity.password_must_be_strong"


def require_strong(*, password: str, user: User) -> None:
    """Raise PasswordMustBeStrong with every reason."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordMustBeStrong(
            f"Password: {' '.join(error.messages)}",
            evidence={"object": "password", "expected": error.messages},
        ) from error


@transactional
def change_password(*, user: User, password: str, actor: Principal, session_key: str | None) -> None:
    """Set the password, end every session but the one with this key, and void links on their way.

    Raises: AccessMustBeGranted, PasswordMustBeStrong, VaultMustBeReachable.
    """
    require_own_account(user_id=user.id, actor=actor)
    require_strong(password=password, user=user)
    before = lock_credentials(user_id=user.id)
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    OneTimeSignIn.objects.filter(user_id=user.id, used_at__isnull=True).delete()
    end_sessions(user_id=user.id, actor=actor, but=session_key)
    leave_leaf_of_credentials(verb=CHANGED, user_id=user.id, actor=actor, before=before)
    tell_owner(user=user, topic="password_changed")
