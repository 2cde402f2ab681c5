# SPDX-License-Identifier: Apache-2.0
"""What may go into a message: one line each for subject and address, plain bounded text below."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cortex.mail.errors import MailMustBeWellFormed
from cortex.ports.mail import MailMessage

SUBJECT_LENGTH_MAX = 200
BODY_LENGTH_MAX = 10_000
ADDRESS_LENGTH_MAX = 254


def require_well_formed(message: MailMessage) -> None:
    """Refuse what could add a header or a recipient, and what is too long; raises MailMustBeWellFormed."""
    require_lines(subject=message.subject, body=message.body)
    if len(message.recipient) > ADDRESS_LENGTH_MAX or not _is_address(message.recipient):
        raise _malformed("address", expected="one address")
    if not _is_line(message.message_id):
        raise _malformed("message id", expected="one line")


def require_lines(*, subject: str, body: str) -> None:
    """Refuse a subject of several lines and texts that are too long; raises MailMustBeWellFormed."""
    if not _is_line(subject) or len(subject) > SUBJECT_LENGTH_MAX:
        raise _malformed("subject", expected=f"one line of at most {SUBJECT_LENGTH_MAX} characters")
    if len(body) > BODY_LENGTH_MAX or any(not _is_text(character) for character in body):
        raise _malformed("body", expected=f"plain text of at most {BODY_LENGTH_MAX} characters")


def in_one_line(text: str, *, length_max: int) -> str:
    """Return a name that people chose as it may stand in a subject or a line: shown, and harmless."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:length_max]


def _is_line(text: str) -> bool:
    return bool(text) and text.isprintable()


def _is_text(character: str) -> bool:
    return character == "\n" or character.isprintable()


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return _is_line(text)


def _malformed(part: str, *, expected: str) -> MailMustBeWellFormed:
    return MailMustBeWellFormed(
        f"Mail: {part}: expected {expected}.", evidence={"object": part, "expected": expected}
    )
