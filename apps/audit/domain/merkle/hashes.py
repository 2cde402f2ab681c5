# SPDX-License-Identifier: Apache-2.0
"""Hashes of leaves and nodes. Source: RFC 6962 section 2.1, unchanged in RFC 9162 section 2.1.1."""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
# SHA-256 of nothing: the root of the tree without leaves.
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Return the Merkle leaf hash, 32 bytes: SHA-256(0x00 || body)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(*, left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, 32 bytes: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(*, hashes: Sequence[bytes]) -> bytes:
    """Return the root over the hashes, whose number is a power of two.

    Written out instead of calling `node_hash`: whole tiles are hashed here, a million leaves in a second.
    """
    sha256, row = hashlib.sha256, list(hashes)
    while len(row) > 1:
        row = [sha256(b"\x01" + row[place] + row[place + 1]).digest() for place in range(0, len(row), 2)]
    return row[0]


def tree_root(*, hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree with these leaf hashes, in order; `EMPTY_ROOT` for none."""
    return joined_root(perfect_roots(hashes=hashes))


def perfect_roots(*, hashes: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the perfect trees that the hashes are made of, the largest first.

    RFC 6962 splits at the largest power of two below the size: on the left side stand the set bits of
    the size, from the highest down.
    """
    roots, place = [], 0
    while place < len(hashes):
        width = 1 << ((len(hashes) - place).bit_length() - 1)
        roots.append(perfect_root(hashes=hashes[place : place + width]))
        place += width
    return roots


def joined_root(roots: Sequence[bytes]) -> bytes:
    """Return the root over perfect trees, the largest first: they are joined from the right."""
    joined: bytes | None = None
    for root in reversed(roots):
        joined = root if joined is None else node_hash(left=root, right=joined)
    return EMPTY_ROOT if joined is None else joined
