# SPDX-License-Identifier: Apache-2.0
"""Trees in memory, and the same ones of pymerkle, which shares no line with ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pymerkle import InmemoryTree

from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash


@dataclass
class Grown:
    """A tree as an integrator grows it: a frontier, and tiles that are kept."""

    frontier: Frontier = field(default_factory=Frontier)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def read(self, level: int, place: int) -> bytes:
        return self.tiles.get((level, place), b"")

    def grow(self, bodies: Sequence[bytes]) -> "Grown":
        self.tiles |= self.frontier.append(leaf_hashes=[leaf_hash(body) for body in bodies])
        return self


def bodies(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


def grown(count: int) -> Grown:
    return Grown().grow(bodies(count))


def oracle(leaves: Sequence[bytes]) -> Any:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return tree
