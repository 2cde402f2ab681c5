# SPDX-License-Identifier: Apache-2.0
"""Checks of proofs, which need no tree: hashes in, nothing out, or an error that carries the proof."""

from collections.abc import Sequence

from apps.audit.domain.merkle.errors import ConsistencyProofInvalid, InclusionProofInvalid
from apps.audit.domain.merkle.hashes import HASH_BYTES, node_hash


def verify_inclusion(
    *, leaf_hash: bytes, leaf_index: int, tree_size: int, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Check that the tree behind `root_hash` contains this leaf.

    Shapes: hashes are 32 bytes; proof has 0..63 nodes, leaf's sibling first.
    Units:  leaf_index from 0; requires 0 <= leaf_index < tree_size.
    Raises: InclusionProofInvalid, carrying both roots.
    Source: RFC 9162 section 2.1.3.2.
    """
    reason = "a place within the tree and hashes of 32 bytes"
    if 0 <= leaf_index < tree_size and _are_hashes(leaf_hash, root_hash, *proof):
        reason = "a proof that leads to the root"
        if _climbed(leaf_hash, leaf_index, tree_size - 1, proof) == root_hash:
            return
    raise InclusionProofInvalid(
        f"Inclusion of leaf {leaf_index} in a tree of {tree_size}: expected {reason}, got another.",
        evidence={
            "object": leaf_index,
            "tree_size": tree_size,
            "expected": root_hash.hex(),
            "leaf_hash": leaf_hash.hex(),
            "proof": [node.hex() for node in proof],
        },
    )


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree behind `new_root` begins with the tree behind `old_root`.

    Shapes: hashes are 32 bytes; the proof of equal sizes is empty.
    Units:  requires 1 <= old_size <= new_size; a proof from the empty tree would prove nothing.
    Raises: ConsistencyProofInvalid, carrying both roots.
    Source: RFC 9162 section 2.1.4.2.
    """
    reason = "sizes from 1 that do not shrink and hashes of 32 bytes"
    if 1 <= old_size <= new_size and _are_hashes(old_root, new_root, *proof):
        reason = "a proof that leads to both roots"
        if _is_consistent(old_size, new_size, old_root, new_root, proof):
            return
    raise ConsistencyProofInvalid(
        f"Consistency of the trees of {old_size} and {new_size} leaves: expected {reason}, got another.",
        evidence={
            "object": [old_size, new_size],
            "expected": [old_root.hex(), new_root.hex()],
            "proof": [node.hex() for node in proof],
        },
    )


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _climbed(leaf_hash: bytes, place: int, last: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that the proof leads to, or None for one that is too long or too short."""
    root = leaf_hash
    for node in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(left=node, right=root)
            place, last = _past_only_children(place, last)
        else:
            root = node_hash(left=root, right=node)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def _past_only_children(place: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the node stands at the right edge alone and moves up without a sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _is_consistent(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    if old_size == new_size:
        return not proof and old_root == new_root
    if not proof:
        return False
    # The root of a perfect older tree is a node of the newer one, and so is left out of the proof.
    nodes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(left=node, right=old), node_hash(left=node, right=new)
            place, last = _past_only_children(place, last)
        else:
            new = node_hash(left=new, right=node)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (old_root, new_root)
