# SPDX-License-Identifier: Apache-2.0
"""Send letters that are due as a company's messages are sent: claimed, sent in no transaction, noted."""

import time
from datetime import timedelta

import structlog
from django.db import connection

from cortex.container.providers.errors import CallRefused
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.mail.errors import MailMustBeAccepted, MailMustBeWellFormed
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter, OutgoingMail
from cortex.mail.sending import ATTEMPTS_MAX, BACKOFF_SECONDS, BACKOFF_SECONDS_MAX, message_id
from cortex.ports.clock import Clock
from cortex.ports.mail import Mail, MailMessage
from cortex.ports.registry import get

State = OutgoingMail.State
_log = structlog.get_logger(__name__)
_CLAIM = """
UPDATE mail_letter SET attempts = attempts + 1,
       due_at = clock_timestamp() + least(%s * power(2, attempts), %s) * interval '1 second'
 WHERE id = (SELECT id FROM mail_letter WHERE state = 'queued' AND due_at <= clock_timestamp()
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def send_due_letters(*, seconds: float = 20.0) -> int:
    """Send what is due until nothing is, the time is over or nobody takes mail; return how many were sent."""
    deadline, sent = time.monotonic() + seconds, 0
    while time.monotonic() < deadline and (letter := _claimed()):
        try:
            sent += _send(letter)
        except CallRefused as refusal:
            _put_back(letter, refusal)
            return sent
    return sent


@transactional
def _claimed() -> Letter | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [BACKOFF_SECONDS, BACKOFF_SECONDS_MAX])
        row = cursor.fetchone()
    return None if row is None else Letter.objects.select_related("recipient").get(id=row[0])


def _send(letter: Letter) -> bool:
    """Send one letter and note what came of it; raises CallRefused, when nobody was asked."""
    recipient = _address(letter)
    if letter.attempts > ATTEMPTS_MAX or letter.ends_at <= get(Clock).now() or not recipient:
        _note(letter, State.FAILED, "expected an address, time and an attempt to be left, got too little")
        return False
    try:
        message = MailMessage(
            recipient=recipient,
            subject=letter.subject,
            body=opened_body(letter),
            message_id=message_id(letter.id),
        )
        get(Mail).send(message=message)
    except CallRefused:
        raise
    except (MailMustBeAccepted, MailMustBeWellFormed) as error:
        _note(letter, State.FAILED, error.message)
        return False
    except Exception as error:  # noqa: BLE001 - whatever a library raises must not hold up the mail behind it
        reason = error.message if isinstance(error, CortexError) else type(error).__name__
        _note(letter, State.FAILED if letter.attempts >= ATTEMPTS_MAX else State.QUEUED, reason)
        return False
    _note(letter, State.SENT, "")
    return True


def _address(letter: Letter) -> str:
    """Return where the letter goes: somebody who was switched off meanwhile is told nothing more."""
    if letter.recipient is None:
        return letter.address
    return letter.recipient.email if letter.recipient.is_active else ""


@transactional
def _note(letter: Letter, state: str, error: str) -> None:
    changes: dict[str, object] = {"state": state, "last_error": error[:200]}
    if state != State.QUEUED:
        changes |= {"subject": "", "body": b"", "address": ""}
    if state == State.SENT:
        changes["sent_at"] = get(Clock).now()
    if state == State.FAILED:
        _log.error("letter_given_up", letter=str(letter.id), topic=letter.topic, reason=error)
    Letter.objects.filter(id=letter.id, state=State.QUEUED).update(**changes)


@transactional
def _put_back(letter: Letter, refusal: CallRefused) -> None:
    """Let the letter wait as long as the guard asks; it was not an attempt."""
    due_at = get(Clock).now() + timedelta(seconds=refusal.retry_after_seconds or 1)
    Letter.objects.filter(id=letter.id).update(
        attempts=letter.attempts - 1, due_at=due_at, last_error=refusal.message[:200]
    )
