# SPDX-License-Identifier: Apache-2.0
"""Messages to people outside the program."""

from dataclasses import dataclass
from typing import Protocol


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
