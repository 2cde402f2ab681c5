# SPDX-License-Identifier: Apache-2.0
"""Tell people by mail what was changed about their account, so that they notice when it was not them.

Queued in the transaction of the change: what cannot be told is not done.
"""

from datetime import timedelta

from django.conf import settings

from cortex.identity.models import User
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.registry import get

NOTICES = {
    "password_changed": "Your password was changed",  # pragma: allowlist secret
    "passkey_added": "A passkey was added",
    "app_added": "A one-time password app was added",
    "recovery_codes_renewed": "New recovery codes were made",
    "factor_removed": "A second factor was removed",
}


def tell_owner(*, user: User, topic: str) -> None:
    """Queue the notice in the open transaction, for whoever has an address; raises VaultMustBeReachable."""
    if not user.email:
        return
    where = settings.PUBLIC_URL or "this program"
    get(Letters).queue(
        to=LetterTo(user_id=user.id),
        topic=f"identity.{topic}",
        about=uuid7(),
        subject=NOTICES[topic],
        body=f"{NOTICES[topic]}: account {user.username} at {where}.\n\n"
        "If it was not you, end all sessions, change your password and tell an administrator.\n",
        ends_at=get(Clock).now() + timedelta(days=2),
    )
