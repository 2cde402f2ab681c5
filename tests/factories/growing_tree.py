# SPDX-License-Identifier: Apache-2.0
"""A log in memory: leaves, tiles, roots and proofs, for those who sign, cosign or verify it."""

from collections.abc import Sequence

from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.merkle.proofs import consistency_proof, root_at


class GrowingTree:
    """Leaves are numbers behind a word, so that two trees with other words share nothing after `shared`."""

    def __init__(self, *, size: int = 0, word: str = "books", shared: int = 0) -> None:
        self._word, self._shared = word, shared
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._frontier = Frontier()
        self.grow(size)

    @property
    def size(self) -> int:
        return self._frontier.size

    @property
    def root(self) -> bytes:
        return self.root_at(self.size)

    def grow(self, count: int) -> "GrowingTree":
        numbers = range(self.size, self.size + count)
        words = ["books" if number < self._shared else self._word for number in numbers]
        leaves = [leaf_hash(f"{word} {number}".encode()) for word, number in zip(words, numbers, strict=True)]
        self._tiles |= self._frontier.append(leaf_hashes=leaves)
        return self

    def root_at(self, size: int) -> bytes:
        return root_at(tree_size=size, read=self._read)

    def proof_from(self, old: int) -> Sequence[bytes]:
        return consistency_proof(old_size=old, new_size=self.size, read=self._read)

    def _read(self, level: int, place: int) -> bytes:
        return self._tiles[(level, place)]
