# SPDX-License-Identifier: Apache-2.0
"""Messages to people outside the program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A plain text message to one person. `message_id` names it for ever: a repetition carries it again."""

    recipient: str
    subject: str
    body: str
    message_id: str


class Mail(Protocol):
    """Hands a message over to whoever delivers it; never called inside a transaction."""

    def send(self, *, message: MailMessage) -> None:
        """Return when the message was taken over.

        Raises: MailMustBeWellFormed, MailMustBeAccepted (trying again is of no use), MailMustBeReachable.
        """
        ...


@dataclass(frozen=True, slots=True)
class LetterTo:
    """Whom a letter is for: a user, or the address of somebody who has no account yet."""

    user_id: UUID | None = None
    address: str = ""


class Letters(Protocol):
    """Queues messages about somebody's own account in the transaction of what they tell."""

    def queue(
        self, *, to: LetterTo, topic: str, about: UUID, subject: str, body: str, ends_at: datetime
    ) -> None:
        """Queue one message; nobody gets two of one topic `about` the same. After `ends_at` it is given up.

        Raises: MailMustBeWellFormed, VaultMustBeReachable.
        """
        ...
