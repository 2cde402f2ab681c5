# SPDX-License-Identifier: Apache-2.0
"""Links that sign in once: made by the console, used by a person, worthless afterwards."""

import hashlib
import secrets
from datetime import datetime, timedelta

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.accounts import ISSUE_LINK, require_on_account
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.ports.principal import Principal

LIFETIME = timedelta(hours=1)
# 256 bits: the digest needs no salt, and no rate limit is needed against guessing.
TOKEN_BYTES = 32
CONSOLE = Principal.service("console")
LINK = "identity.one_time_link"


class OneTimeSignInMustBeUnused(CortexError):
    """The link was used, is too old, or never existed; which of them is not told."""

    code = "identity.one_time_sign_in_must_be_unused"
    status = 403


@transactional
def issue_one_time_sign_in(*, user: User, at: datetime) -> str:
    """Return a new token for this user; what was issued to it before and is over is removed.

    Raises: AccessMustBeGranted.
    """
    require_on_account(action=ISSUE_LINK, user_id=user.id, actor=CONSOLE)
    leave_leaf(verb="identity.sign_in_link.issued", object_id=user.id, actor=CONSOLE)
    return issue_link(
        user=user, purpose=OneTimeSignIn.Purpose.SIGN_IN, at=at, lifetime=LIFETIME, issued_by=CONSOLE
    )


@transactional
def issue_link(
    *, user: User, purpose: str, at: datetime, lifetime: timedelta, issued_by: Principal = ENTRANCE
) -> str:
    """Return a new token for one purpose; what was issued before and is over is removed.

    Whoever asks at the entrance for a new password has not proved who they are.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    user.one_time_sign_ins.filter(expires_at__lt=at).delete()
    link = OneTimeSignIn.objects.create(
        user=user, digest=_digest(token), purpose=purpose, expires_at=at + lifetime
    )
    leave_leaf(
        verb="identity.one_time_link.issued",
        object_type=LINK,
        object_id=link.id,
        actor=issued_by,
        digest=link_digest(link),
        is_new=True,
    )
    return token


def link_digest(link: OneTimeSignIn) -> str:
    """Return the digest of a link: whose, for what and until when, and the SHA-256 of its random token.

    Whether it was used is no part of it: that moves by signing in.
    """
    content = {
        "user": str(link.user_id),
        "purpose": link.purpose,
        "link": bytes(link.digest).hex(),
        "expires_at": link.expires_at.isoformat(timespec="microseconds"),
    }
    return canonical_digest(content)


def sign_in_once(*, token: str, at: datetime) -> User:
    """Use the token up and return its user; raises OneTimeSignInMustBeUnused."""
    user = use_link(token=token, purpose=OneTimeSignIn.Purpose.SIGN_IN, at=at)
    if user is None:
        raise OneTimeSignInMustBeUnused(
            "Sign-in link: expected one that is unused and less than an hour old. Ask for a new one.",
            evidence={"object": "sign-in link", "remedy": "ask for a new one"},
        )
    return user


@transactional
def forget_expired_links(*, at: datetime) -> int:
    """Delete links that are over, used or not, and return how many."""
    return OneTimeSignIn.objects.filter(expires_at__lt=at).delete()[0]


def user_of_link(*, token: str, purpose: str, at: datetime) -> User | None:
    """Return whose link this is while it can be used; it stays unused."""
    found = _unused(token=token, purpose=purpose, at=at)
    return None if found is None else found.user


@transactional
def use_link(*, token: str, purpose: str, at: datetime) -> User | None:
    """Use the link up and return whose it is, or None when it is used, over, or none."""
    found = _unused(token=token, purpose=purpose, at=at)
    # The row lock of UPDATE lets one of two simultaneous clicks win: the other finds `used_at` set.
    if (
        found is None
        or OneTimeSignIn.objects.filter(id=found.id, used_at__isnull=True).update(used_at=at) != 1
    ):
        return None
    return found.user


@transactional
def _unused(*, token: str, purpose: str, at: datetime) -> OneTimeSignIn | None:
    unused = OneTimeSignIn.objects.filter(
        digest=_digest(token), purpose=purpose, used_at__isnull=True, expires_at__gt=at, user__is_active=True
    )
    return unused.select_related("user").first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
