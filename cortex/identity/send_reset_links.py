# SPDX-License-Identifier: Apache-2.0
"""Send the links that were asked for to whoever has the addresses; nobody waits for it who could time it."""

from datetime import datetime
from uuid import UUID

import structlog

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.models import AskedReset, User
from cortex.identity.one_time_sign_in import issue_link
from cortex.identity.password_reset import LIFETIME, RESET
from cortex.identity.public_links import public_link
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.ids import uuid7
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable

_log = structlog.get_logger(__name__)
PEOPLE_MAX, AT_ONCE_MAX = 5, 1_000
BODY = """Somebody, hopefully you, asked for a new password for {name}.

Open this link within half an hour and choose one:
{link}

If it was not you, do nothing: your password stays as it is.
"""


def send_reset_links(*, at: datetime) -> int:
    """Look at each address and return how many were looked at; while no letter can be sealed they wait.

    One that cannot be sent keeps nobody behind it waiting, and is tried again until its half hour is over.
    """
    looked_at = 0
    for asked_id in _waiting():
        try:
            looked_at += _sent(asked_id, at=at)
        except VaultMustBeReachable:
            _log.warning("letter_not_queued", topic="identity.password_reset")
            break
        except CortexError as error:
            _log.error("reset_link_not_sent", asked_id=str(asked_id), code=error.code)
    return looked_at


@transactional
def _waiting() -> list[UUID]:
    return list(AskedReset.objects.order_by("id").values_list("id", flat=True)[:AT_ONCE_MAX])


@transactional
def _sent(asked_id: UUID, *, at: datetime) -> bool:
    """Send the links of one address, and forget that it was asked; a link that came too late is not sent."""
    asked = AskedReset.objects.select_for_update(skip_locked=True).filter(id=asked_id).first()
    if asked is None:
        return False
    if asked.asked_at + LIFETIME > at:
        _send(asked)
    asked.delete()
    return True


def _send(asked: AskedReset) -> None:
    people = User.objects.filter(email__iexact=asked.email, is_active=True, kind=User.Kind.PERSON)
    for user in people[:PEOPLE_MAX]:
        # Half an hour counts from the wish.
        token = issue_link(user=user, purpose=RESET, at=asked.asked_at, lifetime=LIFETIME)
        link = public_link(route="accounts:password-reset-link", token=token)
        get(Letters).queue(
            to=LetterTo(user_id=user.id),
            topic="identity.password_reset",
            about=uuid7(),
            subject="A new password for Codexion Cortex",
            body=BODY.format(name=user.username, link=link),
            ends_at=asked.asked_at + LIFETIME,
        )
        leave_leaf(verb="identity.password_reset.requested", object_id=user.id, actor=ENTRANCE)
