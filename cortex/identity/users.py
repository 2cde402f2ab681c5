# SPDX-License-Identifier: Apache-2.0
"""Make users."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet

from cortex.database.transactions import constraint_name, transactional
from cortex.errors import Conflict, CortexError, NotFound
from cortex.identity.models import User


class UsernameMustBeUnique(Conflict):
    """Another user has this name."""

    code = "identity.username_must_be_unique"


class UserMustBeWellFormed(CortexError):
    """A name, an address or a password does not meet the rules."""

    code = "identity.user_must_be_well_formed"


class UserMustExist(NotFound):
    """No active user has this name."""

    code = "identity.user_must_exist"


def create_user(
    *,
    username: str,
    full_name: str = "",
    email: str = "",
    password: str | None = None,
    kind: str = User.Kind.PERSON,
    is_platform_administrator: bool = False,
) -> User:
    """Create a user and return it; without a password only a one-time link signs in.

    Raises: UsernameMustBeUnique, UserMustBeWellFormed.
    """
    user = User(
        username=username,
        full_name=full_name,
        email=email,
        kind=kind,
        is_staff=is_platform_administrator,
        is_superuser=is_platform_administrator,
    )
    _set_password(user, password)
    _require_well_formed(user)
    try:
        _insert(user)
    except IntegrityError as error:
        if constraint_name(error) != "user_username_unique":
            raise
        raise UsernameMustBeUnique(
            f"User {username}: a user of this name exists. Choose another name.",
            evidence={"object": "user", "got": username},
        ) from error
    return user


def active_user(*, username: str) -> User:
    """Return the active user of this name; raises UserMustExist."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UserMustExist(
            f"User {username}: expected an active user of this name, got none. Create it with `create_user`.",
            evidence={"object": "user", "got": username, "remedy": "create the user"},
        )
    return user


@transactional
def user_with_name(*, username: str) -> User:
    """Return the user of this name, switched off or not; raises UserMustExist."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UserMustExist(
            f"User {username[:150]}: expected a user of this name, got none.",
            evidence={"object": "user", "got": username[:150]},
        )
    return user


@transactional
def find_active_person(*, user_id: UUID) -> User | None:
    """Return the person with this id who may sign in, or None."""
    return User.objects.filter(pk=user_id, is_active=True, kind=User.Kind.PERSON).first()


def platform_administrators() -> QuerySet[User]:
    """Return the active users who administer the platform itself; call it in a transaction."""
    return User.objects.filter(is_active=True, is_superuser=True)


@transactional
def platform_roles_of(*, user_id: UUID) -> frozenset[str]:
    """Return the roles of this active user that belong to no company."""
    user = User.objects.filter(pk=user_id).first()
    return frozenset() if user is None else user.platform_roles


@transactional
def _insert(user: User) -> None:
    user.save(force_insert=True)


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
