# SPDX-License-Identifier: Apache-2.0
"""The tree that somebody saw earlier, and from which an archive is to prove that its own grew."""

from dataclasses import dataclass
from typing import Self

from apps.audit.domain.errors import (
    EarlierTreeMustBeOfThisLog,
    EarlierTreeMustNotBeLarger,
    LogMustContinueEarlierTree,
)
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote

_REMEDY = "runbooks/leaves-differ-from-signed-tree.md"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of the tree: its size, and by its checkpoint root and origin, too.

    Whether the log's key signed it, the verifier asks with the keys that its reader trusts.
    """

    size: int
    checkpoint: Checkpoint | None = None

    @classmethod
    def of_note(cls, note: str) -> Self:
        """Read a signed note; raises NoteMustBeWellFormed, CheckpointMustBeWellFormed."""
        checkpoint = Checkpoint.parse(SignedNote.parse(note).text)
        return cls(checkpoint.size, checkpoint)

    def require_size(self, *, tree_size: int) -> None:
        """Refuse a tree that the archive's cannot have grown out of; raises EarlierTreeMustNotBeLarger."""
        if not 1 <= self.size <= tree_size:
            raise EarlierTreeMustNotBeLarger(
                f"Earlier tree: expected 1 to {tree_size} leaves, which the archive's tree has, got"
                f" {self.size}. Name a newer checkpoint for the archive.",
                evidence={
                    "object": "earlier tree",
                    "expected": tree_size,
                    "got": self.size,
                    "unit": "leaves",
                    "remedy": "name a newer checkpoint for the archive",
                },
            )

    def require_beginning(self, *, origin: str, root: bytes) -> None:
        """Compare it with what this log was at its size.

        Raises: EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
        """
        if self.checkpoint is None:
            return
        if self.checkpoint.origin != origin:
            raise EarlierTreeMustBeOfThisLog(
                f"Earlier checkpoint: expected one of {origin}, got {self.checkpoint.origin}. Ask its log.",
                evidence={"object": "origin", "expected": origin, "got": self.checkpoint.origin},
            )
        if self.checkpoint.root != root:
            raise LogMustContinueEarlierTree(
                f"Earlier checkpoint of {self.size} leaves: expected the root {root.hex()}, as this log"
                f" had then, got {self.checkpoint.root.hex()}. Keep it, it is evidence; see {_REMEDY}.",
                evidence={
                    "object": "earlier checkpoint",
                    "expected": root.hex(),
                    "got": self.checkpoint.root.hex(),
                    "remedy": _REMEDY,
                },
            )
