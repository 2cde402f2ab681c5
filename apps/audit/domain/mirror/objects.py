# SPDX-License-Identifier: Apache-2.0
"""Which objects a mirror of a tree has: tiles, bundles of entries, checkpoint. Source: C2SP tlog-tiles."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit.domain.merkle.tiles import (
    TILE_HEIGHT,
    TILE_LEVEL_MAX,
    TILE_WIDTH,
    parse_tile_name,
    tile_path,
)

CHECKPOINT = "checkpoint"
# So many leaves are copied before it is remembered how far the mirror is.
STEP = 64 * TILE_WIDTH


@dataclass(frozen=True, slots=True)
class TileObject:
    """A tile, or with level None a bundle of entries."""

    level: int | None
    place: int
    width: int

    @property
    def key(self) -> str:
        level = "entries" if self.level is None else self.level
        return tile_path(level=level, place=self.place, width=self.width)


def full_between(*, mirrored: int, size: int) -> Iterator[TileObject]:
    """Yield the full tiles of the tree of this size that the tree of `mirrored` leaves has not."""
    for level in range(TILE_LEVEL_MAX + 1):
        first, last = ((leaves >> (TILE_HEIGHT * level)) // TILE_WIDTH for leaves in (mirrored, size))
        for place in range(first, last):
            yield from _with_entries(TileObject(level, place, TILE_WIDTH))


def edge_of(*, size: int) -> Iterator[TileObject]:
    """Yield the tiles at the right edge of the tree of this size that are not full."""
    for level in range(TILE_LEVEL_MAX + 1):
        place, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
        if width:
            yield from _with_entries(TileObject(level, place, width))


def _with_entries(tile: TileObject) -> Iterator[TileObject]:
    yield tile
    if tile.level == 0:
        yield TileObject(None, tile.place, tile.width)


def parse_key(key: str) -> TileObject | None:
    """Return the tile of this key, None where no tile has it."""
    kind, _, rest = key.removeprefix("tile/").partition("/")
    found = parse_tile_name(rest) if key.startswith("tile/") else None
    is_level = kind in {str(level) for level in range(TILE_LEVEL_MAX + 1)}
    if found is None or not (is_level or kind == "entries"):
        return None
    return TileObject(int(kind) if is_level else None, *found)
