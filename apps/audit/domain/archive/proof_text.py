# SPDX-License-Identifier: Apache-2.0
"""Proofs as text. Source: C2SP tlog-proof, and tlog-witness for what leads from an earlier tree."""

from base64 import b64encode
from collections.abc import Sequence

PROOF = "c2sp.org/tlog-proof@v1"
PLACE = "codexion-cortex/place@v1"
EDGES = "codexion-cortex/edges@v1"


def proof_text(*, leaf_index: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the proof that a leaf stands in the tree of the checkpoint, which it ends with."""
    return _lines(PROOF, leaf_index, proof) + b"\n" + checkpoint


def place_text(*, place: int, proof: Sequence[bytes]) -> bytes:
    """Return where a head stands among the heads. Their tree is signed by no note, but fixed by a leaf."""
    return _lines(PLACE, place, proof)


def consistency_text(*, old_size: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the proof that the tree of the checkpoint grew out of that of the old size.

    It is what a log sends to a witness, so that other people's tools read it, too.
    """
    return _text(f"old {old_size}", *_hashes(proof)) + b"\n" + checkpoint


def edges_text(*, edges: Sequence[bytes]) -> bytes:
    """Return the hashes that stand for all leaves beside some in a row."""
    return _text(EDGES, *_hashes(edges))


def _lines(header: str, index: int, proof: Sequence[bytes]) -> bytes:
    return _text(header, f"index {index}", *_hashes(proof))


def _hashes(proof: Sequence[bytes]) -> list[str]:
    return [b64encode(step).decode() for step in proof]


def _text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
