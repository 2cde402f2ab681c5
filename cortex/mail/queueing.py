# SPDX-License-Identifier: Apache-2.0
"""Queue a message in the transaction of what it tells: both are committed, or neither."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from cortex.database.transactions import transactional
from cortex.identity.memberships import Recipient, members_with_mail
from cortex.mail.message import require_lines
from cortex.mail.models import OutgoingMail
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@transactional
def queue_mail(
    *, company_id: UUID, roles: Sequence[str], topic: str, about: UUID, subject: str, body: str
) -> int:
    """Queue one message for each member with one of the roles; return how many are new.

    `about` is what is told, such as an event's id: nobody gets two messages of one topic about it.
    Raises: MailMustBeWellFormed.
    """
    recipients = members_with_mail(company_id=company_id, roles=roles)
    return queue_mail_to(
        company_id=company_id, recipients=recipients, topic=topic, about=about, subject=subject, body=body
    )


@transactional
def queue_mail_to(
    *,
    company_id: UUID,
    recipients: Sequence[Recipient],
    topic: str,
    about: UUID,
    subject: str,
    body: str,
) -> int:
    """Queue one message for each of these people, and return how many are new, as `queue_mail` does."""
    require_lines(subject=subject, body=body)
    now = get(Clock).now()
    rows = [
        OutgoingMail(
            id=_id_of(about, topic, recipient),
            company_id=company_id,
            recipient_id=recipient.user_id,
            topic=topic,
            subject=subject,
            body=body,
            state=OutgoingMail.State.QUEUED,
            attempts=0,
            last_error="",
            due_at=now,
            created_at=now,
        )
        for recipient in recipients
    ]
    known = set(
        OutgoingMail.objects.filter(company_id=company_id, id__in=[row.id for row in rows]).values_list(
            "id", flat=True
        )
    )
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - len(known)


def _id_of(about: UUID, topic: str, recipient: Recipient) -> UUID:
    return uuid5(about, f"{topic}:{recipient.user_id}")
