# SPDX-License-Identifier: Apache-2.0
"""The right edge of a tree without tiles: one root for each set bit of its size, the largest first.

Enough to append and to know the root; a company's own tree is kept this way.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from apps.audit.domain.merkle.errors import TileMustBeWhole
from apps.audit.domain.merkle.hashes import HASH_BYTES, joined_root


@dataclass(slots=True)
class Edge:
    """`roots` are those of the perfect trees that the leaves are made of."""

    size: int
    roots: list[bytes]

    @classmethod
    def of_bytes(cls, *, size: int, stored: bytes) -> "Edge":
        """Return the edge that was stored as its hashes, one behind the other; raises TileMustBeWhole."""
        if len(stored) != size.bit_count() * HASH_BYTES:
            raise TileMustBeWhole(
                f"Right edge of {size} leaves: expected {size.bit_count()} hashes, got {len(stored)} bytes.",
                evidence={"object": size, "expected": size.bit_count() * HASH_BYTES, "got": len(stored)},
            )
        return cls(size, [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        """Return the hashes, one behind the other."""
        return b"".join(self.roots)

    def append(self, *, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves: two perfect trees of one size become one, as often as a binary counter carries."""
        sha256, roots, size = hashlib.sha256, self.roots, self.size
        for leaf in leaf_hashes:
            carried, rest = leaf, size
            while rest & 1:
                carried = sha256(b"\x01" + roots.pop() + carried).digest()
                rest >>= 1
            roots.append(carried)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Return the root of the tree, 32 bytes."""
        return joined_root(self.roots)
