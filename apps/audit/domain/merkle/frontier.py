# SPDX-License-Identifier: Apache-2.0
"""The frontier: the right edge of the tree, all that is needed to append to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.audit.domain.merkle.hashes import joined_root, perfect_root, perfect_roots
from apps.audit.domain.merkle.tiles import TILE_WIDTH, TileReader, read_tile


@dataclass(slots=True)
class Frontier:
    """The hashes of the tile at the right edge of each level, 0 to 255 each; level 0 first."""

    size: int = 0
    edges: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def of_tiles(cls, *, size: int, read: TileReader) -> "Frontier":
        """Return the frontier of the tree of this size, read from its tiles; raises TileMustBeWhole."""
        frontier, rest = cls(size=size), size
        while rest:
            place, width = divmod(rest, TILE_WIDTH)
            level = len(frontier.edges)
            frontier.edges.append(
                read_tile(read=read, level=level, place=place, width=width) if width else []
            )
            rest = place
        return frontier

    def append(self, *, leaf_hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
        """Append leaves; return each tile that changed, by level and place, as it is now."""
        changed: dict[tuple[int, int], bytes] = {}
        level, added, before = 0, list(leaf_hashes), self.size
        self.size += len(added)
        while added:
            if level == len(self.edges):
                self.edges.append([])
            row = self.edges[level] + added
            first = before // TILE_WIDTH
            tiles = [row[start : start + TILE_WIDTH] for start in range(0, len(row), TILE_WIDTH)]
            changed |= {(level, first + number): b"".join(tile) for number, tile in enumerate(tiles)}
            self.edges[level] = tiles[-1] if len(tiles[-1]) < TILE_WIDTH else []
            added = [perfect_root(hashes=tile) for tile in tiles if len(tile) == TILE_WIDTH]
            level, before = level + 1, first
        return changed

    def root(self) -> bytes:
        """Return the root of the tree, 32 bytes."""
        return joined_root([root for hashes in reversed(self.edges) for root in perfect_roots(hashes=hashes)])
