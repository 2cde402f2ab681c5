# SPDX-License-Identifier: Apache-2.0
"""Who is asked before a tree is published: the signer with its memory, and strangers who saw the last one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cortex.errors import CortexError

# An older size → the consistency proof from there to the tree that is published; called in the asking thread.
ProofFrom = Callable[[int], Sequence[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """What one witness said: the line of its cosignature, or why there is none."""

    witness: str
    line: str = ""
    refusal: CortexError | None = None


class Signer(Protocol):
    """Signs trees that continue what it signed before."""

    def sign(self, *, size: int, root: bytes, published: int, proof_from: ProofFrom) -> str:
        """Return the checkpoint as a signed note; `published` is the largest size that was stored, or 0.

        Raises: SignerMustAnswer while it does not, SignerMustAccept when it refuses this tree.
        """
        ...


class Witnesses(Protocol):
    """Those who cosign what continues the last checkpoint that they saw."""

    def cosign(self, *, note: str, proof_from: ProofFrom) -> Sequence[Cosigned]:
        """Ask all of them at the same time and return what each said, in a bounded time; raises nothing."""
        ...
