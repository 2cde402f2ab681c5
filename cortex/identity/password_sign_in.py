# SPDX-License-Identifier: Apache-2.0
"""Check a name and a password, with the same answer and the same work whether the name exists or not."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import User
from cortex.identity.passwords import LENGTH_MAX
from cortex.identity.sign_in_attempts import address_subject, count_attempt, forget_attempts, name_subject
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.ids import uuid7


class CredentialsMustBeRight(CortexError):
    """Name and password don't belong together; which of them is wrong is not told."""

    code = "identity.credentials_must_be_right"
    status = 401


def check_credentials(*, username: str, password: str, address: str, at: datetime) -> User:
    """Return the active person with this name and password; nobody is signed in yet.

    Raises: SignInMustNotBeGuessed, CredentialsMustBeRight.
    """
    username = username.strip().lower()
    name, place = name_subject(username), address_subject(address)
    count_attempt(subjects=[name, place], at=at)
    try:
        user = _found(username)
        is_right = _is_right(user, password)
    except Exception:
        # An outage says nothing about the password.
        forget_attempts(whole=(), once=[name, place])
        raise
    if user is None or not is_right or not user.is_active or user.kind != User.Kind.PERSON:
        record_failure(user_id=user.id if user else None)
        raise CredentialsMustBeRight(
            "Sign-in: expected a user name and its password, got others. Check both; mind small and "
            "capital letters of the password.",
            evidence={"object": "sign-in", "remedy": "check both"},
        )
    forget_attempts(whole=[name], once=[place])
    return user


@transactional
def record_failure(*, user_id: UUID | None) -> None:
    """Leave the leaf of a failed sign-in; for a name that nobody has it names nobody."""
    leave_leaf(
        verb="identity.sign_in.failed",
        object_type="identity.user" if user_id else "identity.sign_in",
        object_id=user_id or uuid7(),
        actor=ENTRANCE,
    )


@transactional
def _found(username: str) -> User | None:
    return User.objects.filter(username=username).first()


def _is_right(user: User | None, password: str) -> bool:
    """Hash once in any case; a password beyond what can be set is cut, and so is wrong."""
    if user is None:
        make_password(password[:LENGTH_MAX])
        return False
    # Django hashes for nothing where the user has no password, and renews a hash of other parameters.
    return check_password(password[: LENGTH_MAX + 1], user.password, setter=lambda raw: _renew(user, raw))


@transactional
def _renew(user: User, password: str) -> None:
    """Store the same password under today's parameters, unless another was set since it was compared."""
    before, former = lock_credentials(user_id=user.id), user.password
    user.set_password(password)
    if User.objects.filter(pk=user.pk, password=former).update(password=user.password):
        leave_leaf_of_credentials(
            verb="identity.password.hashed_anew", user_id=user.id, actor=ENTRANCE, before=before
        )
