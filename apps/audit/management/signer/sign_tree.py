# SPDX-License-Identifier: Apache-2.0
"""Sign a tree, if it continues the one that was signed last. One at a time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from apps.audit.domain.merkle.verification import verify_consistency
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.signing import signature_line
from apps.audit.management.signer.errors import (
    LogKeyMustStayTheSame,
    ProofMustBeginAtTheLastTree,
    SignerMustRemember,
    TreeMustNotShrink,
    TreeToSignMustBeWellFormed,
)
from apps.audit.management.signer.memory import MemoryFile, Remembered

_RUNBOOK = "follow runbooks/log-does-not-advance.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeToSign:
    """A tree, the proof that it continues the one of `proof_from` leaves, and the largest published size."""

    size: int
    root: bytes
    proof_from: int
    proof: Sequence[bytes]
    published: int


class LogSigner:
    """The key of one log, by the function that signs with it, and the memory that decides."""

    def __init__(self, *, key: VerifierKey, sign: Callable[[bytes], bytes], memory: MemoryFile) -> None:
        """Know key and memory; raises LogKeyMustStayTheSame, SignerMemoryMustExist."""
        self.key, self._sign, self._memory = key, sign, memory
        self._lock = threading.Lock()
        require_the_key(memory.read(), key)

    def sign(self, tree: TreeToSign) -> str:
        """Return the signed note of the tree; the memory is on the disk before.

        Raises: ProofMustBeginAtTheLastTree with the right size, TreeMustNotShrink, SignerMustRemember,
        ConsistencyProofInvalid; also for another root at the same size.
        """
        with self._lock:
            last = self._memory.read()
            require_the_key(last, self.key)
            _require_continuation(last, tree)
            text = Checkpoint(origin=last.origin, size=tree.size, root=tree.root).text
            # Made before the memory moves on, so that a keeper that is away leaves the memory as it is;
            # it leaves only after.
            line = signature_line(key=self.key, text=text, sign=self._sign)
            self._memory.write(replace(last, size=tree.size, root=tree.root.hex()))
            return SignedNote(text=text, signatures=(line,)).whole

    def last(self) -> Remembered:
        """Return the tree that was signed last."""
        return self._memory.read()


def require_the_key(remembered: Remembered, key: VerifierKey) -> None:
    """Refuse a key that verifiers do not have; raises LogKeyMustStayTheSame."""
    if remembered.key != key.text or remembered.origin != key.name:
        raise LogKeyMustStayTheSame(
            f"Key of the log: expected {remembered.key}, got {key.text}. After a rotation that was meant, "
            "hand the new key to everybody who verifies and start once with --new-key.",
            evidence={"object": "log key", "expected": remembered.key, "got": key.text},
        )


def _require_continuation(last: Remembered, tree: TreeToSign) -> None:
    if tree.size < 1:
        raise TreeToSignMustBeWellFormed(
            f"Tree to sign: expected one leaf or more, got {tree.size}.", evidence={"got": tree.size}
        )
    if tree.published > last.size:
        raise SignerMustRemember(
            f"Memory of the signer: expected the {tree.published} published leaves, got {last.size}. "
            f"It was lost or replaced by an older one; {_RUNBOOK}.",
            evidence={"object": "memory", "expected": tree.published, "got": last.size, "remedy": _RUNBOOK},
        )
    if tree.size < last.size:
        raise TreeMustNotShrink(
            f"Tree to sign: expected {last.size} leaves or more, got {tree.size}. To help: {_RUNBOOK}.",
            evidence={"object": "tree", "expected": last.size, "got": tree.size, "remedy": _RUNBOOK},
        )
    if tree.proof_from != last.size:
        raise ProofMustBeginAtTheLastTree(
            f"Proof: expected one from {last.size} leaves, got one from {tree.proof_from}.",
            evidence={"object": "proof", "expected": last.size, "got": tree.proof_from},
        )
    if last.size:
        verify_consistency(
            old_size=last.size,
            new_size=tree.size,
            old_root=bytes.fromhex(last.root),
            new_root=tree.root,
            proof=tree.proof,
        )
