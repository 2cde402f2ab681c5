# SPDX-License-Identifier: Apache-2.0
"""Send what is queued: claimed in one transaction, sent in none, noted in another.

A claim moves the message's due time into the future, so that no other process takes it meanwhile and a
killed one gives it back by doing nothing. Killed between the server's yes and the note, the message goes out
again under the same Message-ID, by which mail systems know a copy.
"""

import time
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from cortex.container.providers.errors import CallRefused
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.memberships import membership_in
from cortex.identity.models import PLATFORM_ADMINISTRATOR
from cortex.identity.users import platform_roles_of
from cortex.mail.errors import MailMustBeAccepted, MailMustBeWellFormed
from cortex.mail.models import OutgoingMail
from cortex.ports.clock import Clock
from cortex.ports.mail import Mail, MailMessage
from cortex.ports.registry import get
from cortex.tenancy import scope

# A minute after the first failure, then twice as long each time up to four hours: given up after a day.
ATTEMPTS_MAX = 13
BACKOFF_SECONDS, BACKOFF_SECONDS_MAX = 60, 4 * 60 * 60
_log = structlog.get_logger(__name__)
_CLAIM = """
UPDATE mail_outgoing_mail SET attempts = attempts + 1,
       due_at = clock_timestamp() + least(%s * power(2, attempts), %s) * interval '1 second'
 WHERE company_id = %s AND id = (
       SELECT id FROM mail_outgoing_mail
        WHERE company_id = %s AND state = 'queued' AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def send_due(*, seconds: float = 20.0) -> int:
    """Send what is due until nothing is, the time is over or nobody takes mail; return how many were sent."""
    deadline, sent = time.monotonic() + seconds, 0
    for company_id in _companies_with_work():
        with scope([company_id]):
            while time.monotonic() < deadline and (mail := _claimed(company_id)):
                try:
                    sent += _send(mail)
                except CallRefused as refusal:
                    _put_back(mail, refusal)
                    return sent
    return sent


def _companies_with_work() -> list[UUID]:
    with service_transaction() as cursor:
        cursor.execute(
            "SELECT company_id FROM mail_outgoing_mail WHERE state = 'queued'"
            " AND due_at <= clock_timestamp() GROUP BY company_id ORDER BY min(due_at)"
        )
        return [row[0] for row in cursor.fetchall()]


@transactional
def _claimed(company_id: UUID) -> OutgoingMail | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [BACKOFF_SECONDS, BACKOFF_SECONDS_MAX, company_id, company_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return OutgoingMail.objects.select_related("recipient").get(company_id=company_id, id=row[0])


def _send(mail: OutgoingMail) -> bool:
    """Send one message and note what came of it; raises CallRefused, when nobody was asked."""
    if mail.attempts > ATTEMPTS_MAX:
        # Claims count attempts, so that one which ends its process is bounded like one that fails.
        _note(mail, OutgoingMail.State.FAILED, "expected the last attempt to end, got no word of it")
        return False
    recipient = mail.recipient
    if not recipient.is_active or not recipient.email or not _is_member(mail):
        _note(mail, OutgoingMail.State.FAILED, "expected an active member with an address, got none")
        return False
    message = MailMessage(
        recipient=recipient.email, subject=mail.subject, body=mail.body, message_id=message_id(mail.id)
    )
    try:
        get(Mail).send(message=message)
    except CallRefused:
        raise
    except (MailMustBeAccepted, MailMustBeWellFormed) as error:
        _note(mail, OutgoingMail.State.FAILED, error.message)
        return False
    except Exception as error:  # noqa: BLE001 - whatever a library raises must not hold up the mail behind it
        is_last = mail.attempts >= ATTEMPTS_MAX
        # Of foreign errors the class alone: their words may name people.
        reason = error.message if isinstance(error, CortexError) else type(error).__name__
        _note(mail, OutgoingMail.State.FAILED if is_last else OutgoingMail.State.QUEUED, reason)
        return False
    _note(mail, OutgoingMail.State.SENT, "")
    return True


def _is_member(mail: OutgoingMail) -> bool:
    """Tell whether the recipient still belongs to the company: who left it meanwhile is told nothing more.

    Platform administrators belong to none, and are told of what is opened in an emergency.
    """
    user_id = mail.recipient_id
    return membership_in(
        user_id=user_id, company_id=mail.company_id
    ) is not None or PLATFORM_ADMINISTRATOR in platform_roles_of(user_id=user_id)


@transactional
def _note(mail: OutgoingMail, state: str, error: str) -> None:
    changes: dict[str, object] = {"state": state, "last_error": error[:200]}
    if state != OutgoingMail.State.QUEUED:
        changes |= {"subject": "", "body": ""}
    if state == OutgoingMail.State.SENT:
        changes["sent_at"] = get(Clock).now()
    if state == OutgoingMail.State.FAILED:
        _log.error("mail_given_up", mail=str(mail.id), topic=mail.topic, reason=error)
    rows = OutgoingMail.objects.filter(company_id=mail.company_id, id=mail.id)
    rows.filter(state=OutgoingMail.State.QUEUED).update(**changes)


@transactional
def _put_back(mail: OutgoingMail, refusal: CallRefused) -> None:
    """Let the message wait as long as the guard asks; it was not an attempt."""
    due_at = get(Clock).now() + timedelta(seconds=refusal.retry_after_seconds or 1)
    OutgoingMail.objects.filter(company_id=mail.company_id, id=mail.id).update(
        attempts=mail.attempts - 1, due_at=due_at, last_error=refusal.message[:200]
    )


def message_id(mail_id: UUID) -> str:
    """Return the Message-ID, the same for every attempt. Source: RFC 5322 section 3.6.4."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "cortex.invalid"
    return f"<{mail_id}@{host}>"
