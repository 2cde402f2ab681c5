# SPDX-License-Identifier: Apache-2.0
"""Mail through Django's backends: an SMTP server, files in a directory, or the console."""

import smtplib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from cortex.container.providers.deadlines import remaining_seconds
from cortex.container.providers.ports import MAIL
from cortex.container.providers.provider import Interruption, Provider
from cortex.container.providers.versions import Version
from cortex.database.transactions import in_transaction
from cortex.mail.errors import MailMustBeAccepted, MailMustBeReachable, MailMustWaitForTheCommit
from cortex.mail.message import require_well_formed
from cortex.ports.mail import Mail, MailMessage
from cortex.ports.registry import get
from cortex.ports.vault import Vault

PASSWORD_SECRET = "MAIL_PASSWORD"  # noqa: S105 - the name of a secret
ANSWER_SECONDS_MAX = 20
# Source: RFC 5321 section 4.2.1: 5yz is refused for good, 4yz for now.
REFUSED_FOR_GOOD = range(500, 600)


class DjangoMail:
    """Sends one message on a connection of its own."""

    def send(self, *, message: MailMessage) -> None:
        """Hand the message over.

        Raises: MailMustBeWellFormed, MailMustBeAccepted, MailMustBeReachable, MailMustWaitForTheCommit.
        """
        if in_transaction():
            raise MailMustWaitForTheCommit("Mail: expected no open transaction, got one. Queue it instead.")
        require_well_formed(message)
        try:
            _as_email(message).send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(_first_code(error)) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _unreachable(_named(error)) from error


def mail_provider() -> Provider[Mail]:
    """Return how mail of the settings is called: a server may drip its answers, so nobody waits in person."""
    return Provider(
        capability=MAIL,
        name=settings.MAIL_BACKEND,
        version=Version(1),
        adapter=DjangoMail,
        health=_answers,
        interruption=Interruption.THREAD,
        unreachable=(MailMustBeReachable,),
    )


def _as_email(message: MailMessage) -> EmailMessage:
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.MAIL_FROM,
        to=[message.recipient],
        headers={
            "Message-ID": message.message_id,
            # Source: RFC 3834 section 5: no out-of-office reply to a program.
            "Auto-Submitted": "auto-generated",
        },
        connection=_connection(),
    )


def _connection() -> Any:
    backends = "django.core.mail.backends"
    if settings.MAIL_BACKEND == "files":
        return get_connection(f"{backends}.filebased.EmailBackend", file_path=settings.MAIL_DIRECTORY)
    if settings.MAIL_BACKEND == "console":
        return get_connection(f"{backends}.console.EmailBackend", stream=sys.stderr)
    password = get(Vault).read_secret(name=PASSWORD_SECRET) if settings.MAIL_USER else None
    return get_connection(
        f"{backends}.smtp.EmailBackend",
        host=settings.MAIL_HOST,
        port=settings.MAIL_PORT,
        username=settings.MAIL_USER,
        password=password.reveal() if password else "",
        use_tls=settings.MAIL_SECURITY == "starttls",
        use_ssl=settings.MAIL_SECURITY == "tls",
        timeout=remaining_seconds(at_most=ANSWER_SECONDS_MAX),
    )


def _answers() -> None:
    """Say good day to the server, or make the directory; raises what stands against it."""
    if settings.MAIL_BACKEND == "files":
        Path(settings.MAIL_DIRECTORY).mkdir(parents=True, exist_ok=True)
    elif settings.MAIL_BACKEND == "smtp":
        connection = _connection()
        connection.open()
        connection.close()


def _named(error: Exception) -> str:
    """Name what went wrong; smtplib tells of a server that fell silent as of one that hung up."""
    silence = error.__context__
    return type(silence if isinstance(silence, TimeoutError) else error).__name__


def _first_code(error: smtplib.SMTPRecipientsRefused) -> int:
    return int(next(iter(error.recipients.values()))[0])


def _refusal(code: int) -> MailMustBeAccepted | MailMustBeReachable:
    """Tell what was refused for good from what may pass; the server's words may name people, so they stay."""
    if code not in REFUSED_FOR_GOOD:
        return _unreachable(f"SMTP {code}")
    return MailMustBeAccepted(
        f"Mail: expected the server to take the message, got SMTP {code}.",
        evidence={"object": "mail", "got": code},
    )


def _unreachable(got: str) -> MailMustBeReachable:
    return MailMustBeReachable(
        f"Mail: expected the server to take the message, got {got}. It is sent again later.",
        evidence={"object": "mail", "got": got},
    )
