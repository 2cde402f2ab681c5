# SPDX-License-Identifier: Apache-2.0
"""Proofs as text. Source: C2SP tlog-proof."""

from base64 import b64encode
from collections.abc import Sequence

PROOF = "c2sp.org/tlog-proof@v1"
PLACE = "codexion-cortex/place@v1"


def proof_text(*, leaf_index: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the proof that a leaf stands in the tree of the checkpoint, which it ends with."""
    return _lines(PROOF, leaf_index, proof) + b"\n" + checkpoint


def place_text(*, place: int, proof: Sequence[bytes]) -> bytes:
    """Return where a head stands among the heads. Their tree is signed by no note, but fixed by a leaf."""
    return _lines(PLACE, place, proof)


def _lines(header: str, index: int, proof: Sequence[bytes]) -> bytes:
    hashes = [b64encode(step).decode() for step in proof]
    return "".join(f"{line}\n" for line in [header, f"index {index}", *hashes]).encode()
