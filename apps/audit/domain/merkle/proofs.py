# SPDX-License-Identifier: Apache-2.0
"""Proofs out of tiles. Source: RFC 6962 sections 2.1.1 and 2.1.2; RFC 9162 sections 2.1.3 and 2.1.4."""

from collections.abc import Iterator

from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from apps.audit.domain.merkle.hashes import joined_root
from apps.audit.domain.merkle.tiles import TileReader, read_node


def root_at(*, tree_size: int, read: TileReader) -> bytes:
    """Return the root that the tree had when it had this size."""
    return _root_between(read, 0, tree_size)


def inclusion_proof(*, leaf_index: int, tree_size: int, read: TileReader) -> list[bytes]:
    """Return the proof that the tree of this size holds the leaf, the leaf's sibling first.

    Units:  leaf_index from 0; requires 0 <= leaf_index < tree_size.
    """
    if not 0 <= leaf_index < tree_size:
        raise _outside("Leaf", leaf_index, tree_size)
    proof, start, end = [], 0, tree_size
    while end - start > 1:
        middle = start + _split(end - start)
        if leaf_index < middle:
            proof.append(_root_between(read, middle, end))
            end = middle
        else:
            proof.append(_root_between(read, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(*, old_size: int, new_size: int, read: TileReader) -> list[bytes]:
    """Return the proof that the tree of the new size begins with that of the old one; empty for equal ones.

    Units:  requires 1 <= old_size <= new_size: every tree begins with the empty one, so that nothing
            would be proved.
    """
    if not 1 <= old_size <= new_size:
        raise _outside("Older size", old_size, new_size)
    proof, start, end, is_whole = [], 0, new_size, True
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_root_between(read, middle, end))
            end = middle
        else:
            # The left side is common to both trees; what is left of the older one is no longer all of it.
            proof.append(_root_between(read, start, middle))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(_root_between(read, start, end))
    return proof[::-1]


def edges_beside(*, first: int, end: int, tree_size: int, read: TileReader) -> list[bytes]:
    """Return the roots of the perfect trees that all leaves but those from `first` to before `end` are in.

    They stand from left to right. With them and the leaves between anybody computes the root: the trees are
    those of a compact range, at most one of each height on either side.
    Units:  requires 0 <= first < end <= tree_size.
    """
    if not 0 <= first < end <= tree_size:
        raise _outside("Range", f"{first}:{end}", tree_size)
    return [
        read_node(read=read, height=height, place=start >> height)
        for start, height in [*perfect_trees(start=0, end=first), *perfect_trees(start=end, end=tree_size)]
    ]


def perfect_trees(*, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield first leaf and height of each perfect tree that the leaves in a row are made of."""
    while start < end:
        height = (end - start).bit_length() - 1
        # Wherever it begins, a perfect tree's size divides the number of leaves before it.
        height = min(height, (start & -start).bit_length() - 1) if start else height
        yield start, height
        start += 1 << height


def _split(size: int) -> int:
    """Return the largest power of two below the size: how many leaves stand on the left side."""
    return 1 << ((size - 1).bit_length() - 1)


def _root_between(read: TileReader, start: int, end: int) -> bytes:
    """Return the root over the leaves from `start` to before `end`; a node or right edge of some tree."""
    roots = []
    while start < end:
        height = (end - start).bit_length() - 1
        roots.append(read_node(read=read, height=height, place=start >> height))
        start += 1 << height
    return joined_root(roots)


def _outside(what: str, got: int | str, tree_size: int) -> TreeMustHaveTheSize:
    return TreeMustHaveTheSize(
        f"{what} {got}: expected one of a tree of {tree_size} leaves. Ask for one that the tree has.",
        evidence={"object": "tree", "expected": tree_size, "got": got, "remedy": "ask within the tree"},
    )
