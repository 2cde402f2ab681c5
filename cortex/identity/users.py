# SPDX-License-Identifier: Apache-2.0
"""Find users, and what they are beyond all companies."""

from uuid import UUID

from django.db.models import QuerySet

from cortex.database.transactions import transactional
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


def locked_user(*, user_id: UUID) -> User:
    """Return the user for a verb that changes them inside its transaction; raises UserMustExist."""
    user = User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user_id).first()
    if user is None:
        raise UserMustExist(
            "User: expected one with this id, got none.", evidence={"object": "user", "got": str(user_id)}
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
