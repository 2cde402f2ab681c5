# SPDX-License-Identifier: Apache-2.0
"""Queue letters about somebody's own account: sealed, since they may hold a link that opens it."""

from datetime import datetime
from uuid import UUID, uuid5

from cortex.database.transactions import transactional
from cortex.mail.message import require_lines
from cortex.mail.models import Letter, OutgoingMail
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement
from cortex.ports.mail import LetterTo
from cortex.ports.registry import get

KEY_ID = "cortex-letters"


class QueuedLetters:
    """The queue of letters in the database."""

    @transactional
    def queue(
        self, *, to: LetterTo, topic: str, about: UUID, subject: str, body: str, ends_at: datetime
    ) -> None:
        """Queue one message, once."""
        require_lines(subject=subject, body=body)
        now, letter_id = get(Clock).now(), uuid5(about, f"{topic}:{to.user_id or to.address}")
        letter = Letter(
            id=letter_id,
            recipient_id=to.user_id,
            address="" if to.user_id else to.address,
            topic=topic,
            subject=subject,
            body=get(KeyManagement).encrypt(
                key_id=KEY_ID, plaintext=body.encode(), context=context_of(letter_id)
            ),
            state=OutgoingMail.State.QUEUED,
            attempts=0,
            last_error="",
            due_at=now,
            ends_at=ends_at,
            created_at=now,
        )
        Letter.objects.bulk_create([letter], ignore_conflicts=True)


def opened_body(letter: Letter) -> str:
    """Return the text of a letter; raises CiphertextMustBeIntact, VaultMustBeReachable."""
    plain = get(KeyManagement).decrypt(ciphertext=bytes(letter.body), context=context_of(letter.id))
    return plain.decode()


def context_of(letter_id: UUID) -> dict[str, str]:
    """Return what binds the sealed text to its own row."""
    return {"purpose": "letter", "letter": str(letter_id)}
