# SPDX-License-Identifier: Apache-2.0
"""Replace a forgotten password by a link that comes by mail; nobody learns whether an address is known."""

from datetime import datetime, timedelta

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.models import AskedReset, OneTimeSignIn, User
from cortex.identity.one_time_sign_in import use_link, user_of_link
from cortex.identity.password_change import change_password, require_strong
from cortex.identity.principals import principal_of_user
from cortex.identity.public_links import public_link
from cortex.identity.sign_in_attempts import Subject, address_subject, count_attempt, reset_subject
from cortex.identity.trail import leave_leaf
from cortex.ports.programs import Programs
from cortex.ports.registry import get

LIFETIME = timedelta(minutes=30)
RESET = OneTimeSignIn.Purpose.PASSWORD_RESET


class ResetLinkMustBeUnused(CortexError):
    """The link was used, is too old, or never existed; which of them is not told."""

    code = "identity.reset_link_must_be_unused"
    status = 403


def request_reset(*, email: str, address: str, at: datetime) -> None:
    """Keep the wish for a link; whether anybody has the address is looked at by the worker.

    The work is the same for each address, so that no delay tells anything, however slow the vault is that
    seals letters. Raises: SignInMustNotBeGuessed after many requests, whether the address is known or not;
    PublicAddressMustBeConfigured.
    """
    public_link(route="accounts:password-reset")
    limits: list[Subject] = [reset_subject(email), address_subject(address)]
    count_attempt(subjects=limits, at=at)
    _keep(email=email, at=at)


def person_of_reset(*, token: str, at: datetime) -> User:
    """Return whose password the link replaces, while it is unused; raises ResetLinkMustBeUnused."""
    user = user_of_link(token=token, purpose=RESET, at=at)
    if user is None:
        raise _over()
    return user


@transactional
def reset_password(*, token: str, password: str, at: datetime) -> User:
    """Replace the password, use the link up, end every session and permission; nobody is signed in by it.

    Raises: ResetLinkMustBeUnused; PasswordMustBeStrong, after which the link still works.
    """
    require_strong(password=password, user=person_of_reset(token=token, at=at))
    user = use_link(token=token, purpose=RESET, at=at)
    if user is None:
        raise _over()
    change_password(user=user, password=password, actor=principal_of_user(user), session_key=None)
    get(Programs).end_all_of(user_id=user.id, ended_by=principal_of_user(user))
    leave_leaf(verb="identity.password.reset", object_id=user.id, actor=principal_of_user(user))
    return user


@transactional
def _keep(*, email: str, at: datetime) -> None:
    AskedReset.objects.create(email=email, asked_at=at)


def _over() -> ResetLinkMustBeUnused:
    return ResetLinkMustBeUnused(
        "Link: expected one that is unused and less than half an hour old. Ask for a new one.",
        evidence={"object": "link", "remedy": "ask for a new one"},
    )
