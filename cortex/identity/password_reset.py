# SPDX-License-Identifier: Apache-2.0
"""Replace a forgotten password by a link that comes by mail; nobody learns whether an address is known."""

from datetime import datetime, timedelta

import structlog

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.one_time_sign_in import issue_link, use_link, user_of_link
from cortex.identity.password_change import change_password, require_strong
from cortex.identity.principals import principal_of_user
from cortex.identity.public_links import public_link
from cortex.identity.sign_in_attempts import Subject, address_subject, count_attempt, reset_subject
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.ids import uuid7
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable

_log = structlog.get_logger(__name__)
LIFETIME = timedelta(minutes=30)
RESET = OneTimeSignIn.Purpose.PASSWORD_RESET
BODY = """Somebody, hopefully you, asked for a new password for {name}.

Open this link within half an hour and choose one:
{link}

If it was not you, do nothing: your password stays as it is.
"""


class ResetLinkMustBeUnused(CortexError):
    """The link was used, is too old, or never existed; which of them is not told."""

    code = "identity.reset_link_must_be_unused"
    status = 403


def request_reset(*, email: str, address: str, at: datetime) -> None:
    """Send a link to each active person with this address; whoever asks is told the same in any case.

    Raises: SignInMustNotBeGuessed after many requests, whether the address is known or not;
    PublicAddressMustBeConfigured.
    """
    # Asked first, so that a missing configuration tells nothing about an address.
    public_link(route="accounts:password-reset")
    limits: list[Subject] = [reset_subject(email), address_subject(address)]
    count_attempt(subjects=limits, at=at)
    try:
        _send(email=email, at=at)
    except VaultMustBeReachable:
        # Only letters are sealed: an error here would tell that the address is somebody's.
        _log.warning("letter_not_queued", topic="identity.password_reset")


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
def _send(*, email: str, at: datetime) -> None:
    people = User.objects.filter(email__iexact=email, is_active=True, kind=User.Kind.PERSON)[:5]
    for user in people if email else ():
        token = issue_link(user=user, purpose=RESET, at=at, lifetime=LIFETIME)
        link = public_link(route="accounts:password-reset-link", token=token)
        get(Letters).queue(
            to=LetterTo(user_id=user.id),
            topic="identity.password_reset",
            about=uuid7(),
            subject="A new password for Codexion Cortex",
            body=BODY.format(name=user.username, link=link),
            ends_at=at + LIFETIME,
        )
        leave_leaf(verb="identity.password_reset.requested", object_id=user.id, actor=ENTRANCE)


def _over() -> ResetLinkMustBeUnused:
    return ResetLinkMustBeUnused(
        "Link: expected one that is unused and less than half an hour old. Ask for a new one.",
        evidence={"object": "link", "remedy": "ask for a new one"},
    )
