# SPDX-License-Identifier: Apache-2.0
"""What a log sends to a witness: the size it believes was seen last, a proof from there, a checkpoint.

Source: c2sp.org/tlog-witness, add-checkpoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from apps.audit.domain.note.checkpoint import ROOT_BYTES, Checkpoint
from apps.audit.domain.note.encoding import decimal, decoded, encoded
from apps.audit.domain.note.errors import WitnessRequestMustBeWellFormed, refused
from apps.audit.domain.note.signed_note import BYTES_MAX as NOTE_BYTES_MAX
from apps.audit.domain.note.signed_note import SignedNote
from cortex.errors import Malformed

PROOF_LINES_MAX = 63
# Of 63 hashes in Base64 and the first line, beside the note.
BYTES_MAX = NOTE_BYTES_MAX + 4096
_OLD = "old "


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRequest:
    """A request in its parts; the note's signatures are not checked here."""

    old_size: int
    proof: Sequence[bytes]
    note: SignedNote

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the note; raises CheckpointMustBeWellFormed."""
        return Checkpoint.parse(self.note.text)

    @property
    def body(self) -> bytes:
        """The request as it is sent."""
        lines = [f"{_OLD}{self.old_size}", *map(encoded, self.proof), ""]
        return ("".join(f"{line}\n" for line in lines) + self.note.whole).encode()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a request; raises WitnessRequestMustBeWellFormed, NoteMustBeWellFormed."""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise _refused(expected="UTF-8", got="other bytes") from None
        head, separator, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        old_size = decimal(first.removeprefix(_OLD)) if first.startswith(_OLD) else None
        if not separator or old_size is None:
            raise _refused(expected="'old SIZE', a proof, an empty line and a checkpoint", got=first)
        if len(lines) > PROOF_LINES_MAX:
            raise _refused(expected=f"at most {PROOF_LINES_MAX} lines of proof", got=len(lines))
        return cls(old_size=old_size, proof=tuple(map(_hash, lines)), note=SignedNote.parse(note))


def _hash(line: str) -> bytes:
    found = decoded(line)
    if found is None or len(found) != ROOT_BYTES:
        raise _refused(expected="a line of proof with 32 bytes in canonical Base64", got=line)
    return found


def _refused(*, expected: str, got: object) -> Malformed:
    return refused(WitnessRequestMustBeWellFormed, "Request to a witness", expected=expected, got=got)
