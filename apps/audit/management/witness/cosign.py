# SPDX-License-Identifier: Apache-2.0
"""Cosign a checkpoint, if it continues the one that was cosigned last. Source: c2sp.org/tlog-witness."""

from collections.abc import Callable, Mapping, Sequence

from apps.audit.domain.merkle.hashes import EMPTY_ROOT
from apps.audit.domain.merkle.verification import verify_consistency
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signing import signature_line
from apps.audit.domain.note.witness_request import WitnessRequest
from apps.audit.management.witness.errors import (
    CheckpointMustContinue,
    FirstProofMustBeEmpty,
    LogMustBeKnown,
    OldSizeMustNotExceedTheCheckpoint,
)
from apps.audit.management.witness.memory import Seen, WitnessMemory
from apps.audit.management.witness.own_key import WitnessKey


class Witness:
    """One key, the logs that it watches, and what it has seen of them."""

    def __init__(
        self,
        *,
        key: WitnessKey,
        logs: Mapping[str, Sequence[VerifierKey]],
        memory: WitnessMemory,
        now: Callable[[], int],
    ) -> None:
        """Know key, logs, memory and clock, which tells seconds since 1970 as cosignatures hold them."""
        self.key, self.logs, self._memory, self._now = key, logs, memory, now

    def cosign(self, body: bytes) -> str:
        """Return the cosignature's line; it is remembered before.

        Raises: Malformed (400), NoteMustBeSigned (403), LogMustBeKnown (404), CheckpointMustContinue (409)
        with the size that was seen, ConsistencyProofInvalid or FirstProofMustBeEmpty (422).
        """
        request = WitnessRequest.parse(body)
        checkpoint = request.checkpoint
        keys = self.logs.get(checkpoint.origin)
        if keys is None:
            raise LogMustBeKnown("Log: expected one that this witness watches, got another.")
        request.note.signed_by(keys=keys)
        if request.old_size > checkpoint.size:
            raise OldSizeMustNotExceedTheCheckpoint(
                f"Old size: expected at most {checkpoint.size}, got {request.old_size}.",
                evidence={"expected": checkpoint.size, "got": request.old_size},
            )
        # Checked and stored in one step: else a slow request could take the memory back.
        with self._memory.step() as memory:
            _require_continuation(memory.seen(origin=checkpoint.origin), request, checkpoint)
            line = signature_line(
                key=self.key.verifier, text=request.note.text, sign=self.key.sign, signed_at=self._now()
            )
            seen = Seen(size=checkpoint.size, root=checkpoint.root)
            memory.store(origin=checkpoint.origin, seen=seen, note=request.note.whole + line.text)
        return line.text


def _require_continuation(seen: Seen, request: WitnessRequest, checkpoint: Checkpoint) -> None:
    is_other_root = checkpoint.size == seen.size and checkpoint.root != seen.root
    if request.old_size != seen.size or (is_other_root and seen.size):
        raise CheckpointMustContinue(
            f"Checkpoint of {checkpoint.size} leaves: expected one after the {seen.size} that were seen.",
            evidence={"seen": seen.size, "got": request.old_size},
        )
    if seen.size:
        verify_consistency(
            old_size=seen.size,
            new_size=checkpoint.size,
            old_root=seen.root,
            new_root=checkpoint.root,
            proof=request.proof,
        )
    elif request.proof or (checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT):
        raise FirstProofMustBeEmpty(
            "Proof: expected none from the empty tree, and its own root for it.",
            evidence={"got": len(request.proof)},
        )
