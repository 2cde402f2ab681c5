# SPDX-License-Identifier: Apache-2.0
"""Create a user: a person or a service that belongs to no company yet."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.identity.accounts import CREATE_USER, require_on_account
from cortex.identity.credentials import leave_first_leaf_of_credentials
from cortex.identity.digests import user_digest
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.models import PLATFORM_ADMINISTRATOR, User
from cortex.identity.trail import leave_leaf
from cortex.identity.users import UserMustBeWellFormed, UsernameMustBeUnique
from cortex.ports.principal import Principal


@transactional
def create_user(
    *,
    username: str,
    full_name: str = "",
    email: str = "",
    password: str | None = None,
    kind: str = User.Kind.PERSON,
    created_by: Principal,
    is_platform_administrator: bool = False,
) -> User:
    """Create a user and return it; without a password only a one-time link signs in.

    Raises: AccessMustBeGranted, UsernameMustBeUnique, UserMustBeWellFormed.
    """
    user = User(username=username, full_name=full_name, email=email, kind=kind)
    require_on_account(action=CREATE_USER, user_id=user.id, actor=created_by)
    _set_password(user, password)
    _require_well_formed(user)
    _insert(user)
    leave_leaf(
        verb="identity.user.created",
        object_id=user.id,
        actor=created_by,
        digest=user_digest(user),
        is_new=True,
    )
    leave_first_leaf_of_credentials(user_id=user.id, actor=created_by, has_password=password is not None)
    if is_platform_administrator:
        grant_platform_role(user_id=user.id, role=PLATFORM_ADMINISTRATOR, granted_by=created_by)
        user.refresh_from_db()
    return user


def _insert(user: User) -> None:
    try:
        attempt(lambda: user.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "user_username_unique":
            raise
        raise UsernameMustBeUnique(
            f"User {user.username}: a user of this name exists. Choose another name.",
            evidence={"object": "user", "got": user.username},
        ) from error


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise _malformed(user, reasons=error.messages) from error
    user.set_password(password)


def _require_well_formed(user: User) -> None:
    try:
        user.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise _malformed(user, reasons=error.messages) from error


def _malformed(user: User, *, reasons: list[str]) -> UserMustBeWellFormed:
    return UserMustBeWellFormed(
        f"User {user.username[:150]}: {' '.join(reasons)}", evidence={"object": "user", "expected": reasons}
    )
