# SPDX-License-Identifier: Apache-2.0
"""Ask one witness to cosign. Source: c2sp.org/tlog-witness, add-checkpoint."""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from apps.audit.adapters.asking_errors import (
    LogMustNotBeRolledBack,
    LogMustNotFork,
    WitnessMustAccept,
    WitnessMustAnswer,
)
from apps.audit.domain.note.encoding import decimal
from apps.audit.domain.note.errors import NoteMustBeSigned
from apps.audit.domain.note.policy import TrustedWitness
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.witness_request import WitnessRequest
from cortex.errors import CortexError, Malformed
from cortex.sockets.bounded_client import Reply, ask

_RUNBOOK = "see runbooks/log-does-not-advance.md"
_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """The witness has cosigned a tree of this size last, and was asked from another."""

    size: int

    def refusal(self, name: str, *, size: int) -> CortexError:
        """Return why it does not cosign, once it was asked from its own size."""
        evidence = {"object": name, "expected": self.size, "got": size, "remedy": _RUNBOOK}
        if self.size > size:
            return LogMustNotBeRolledBack(
                f"Witness {name} has seen {self.size} leaves, we are at {size}: this log was rolled back; "
                f"{_RUNBOOK}.",
                evidence=evidence,
            )
        if self.size == size:
            return LogMustNotFork(
                f"Witness {name} has seen another tree of {size} leaves: this log has two histories; "
                f"{_RUNBOOK}.",
                evidence=evidence,
            )
        return WitnessMustAnswer(
            f"Witness {name}: expected one size that it has seen, got another each time.", evidence=evidence
        )


@dataclass(frozen=True, slots=True)
class HttpWitness:
    """One witness by its key and address."""

    trusted: TrustedWitness

    def ask(
        self, note: SignedNote, *, old_size: int, proof: Sequence[bytes], seconds: float
    ) -> str | SeenElsewhere | CortexError:
        """Return the line of its cosignature, the size that it has seen, or the refusal; raises nothing."""
        body = WitnessRequest(old_size=old_size, proof=proof, note=note).body
        try:
            reply = ask(self.trusted.url, method="POST", path="/add-checkpoint", body=body, seconds=seconds)
        except (OSError, http.client.HTTPException) as error:
            return self._silent(type(error).__name__)
        if reply.status == HTTPStatus.OK:
            return self._cosignature(note, reply)
        seen = decimal(reply.body.decode(errors="replace").removesuffix("\n"))
        if reply.status == HTTPStatus.CONFLICT and seen is not None:
            return SeenElsewhere(seen)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.CONFLICT:
            return self._silent(f"status {reply.status}")
        return self._refusal(reply)

    def _cosignature(self, note: SignedNote, reply: Reply) -> str | CortexError:
        """Return the newest line by the key that we trust; others are not ours to keep.

        A witness may send its line as often as it likes: one is kept, however many there are.
        """
        try:
            whole = SignedNote.parse(note.text + "\n" + reply.body.decode())
            whole.signed_by(keys=[self.trusted.key])
        except (UnicodeDecodeError, Malformed, NoteMustBeSigned):
            return self._silent("something that is not its cosignature")
        key = self.trusted.key
        own = [line for line in whole.signatures if (line.name, line.key_id) == (key.name, key.id)]
        # The body of a cosignature begins with its time.
        return max(own, key=lambda line: line.body).text

    def _refusal(self, reply: Reply) -> WitnessMustAccept:
        # A stranger's words: as ASCII, so that nothing of them reaches a terminal as a command.
        words = ascii(reply.body[:_SHOWN_MAX].decode(errors="replace").strip())
        return WitnessMustAccept(
            f"Witness {self.trusted.name}: expected a cosignature, got status {reply.status} {words}; "
            f"{_RUNBOOK}.",
            evidence={"object": self.trusted.name, "status": reply.status, "got": words, "remedy": _RUNBOOK},
        )

    def _silent(self, got: str) -> WitnessMustAnswer:
        return WitnessMustAnswer(
            f"Witness {self.trusted.name}: expected an answer, got {got}. It is asked again.",
            evidence={"object": self.trusted.name, "got": got},
        )
