# SPDX-License-Identifier: Apache-2.0
"""Tell people by mail what was done with their account, so that they can object."""

from datetime import timedelta

from django.conf import settings

from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.registry import get

LIFETIME = timedelta(days=2)
BY_ANOTHER = "An administrator of the platform did so. If you did not expect it, tell another one."
BY_THEMSELVES = "If it was not you, end all sessions, change your password and tell an administrator."


def write_letter(*, address: str, username: str, topic: str, done: str, advice: str = BY_ANOTHER) -> None:
    """Queue one letter in the open transaction, for whoever has an address; raises VaultMustBeReachable."""
    if not address:
        return
    where = settings.PUBLIC_URL or "this program"
    get(Letters).queue(
        # To the address itself: that of an account is used no more once it is switched off or has another.
        to=LetterTo(address=address),
        topic=f"identity.{topic}",
        about=uuid7(),
        subject=done,
        body=f"{done}: account {username} at {where}.\n\n{advice}\n",
        ends_at=get(Clock).now() + LIFETIME,
    )
