# SPDX-License-Identifier: Apache-2.0
"""Tiles: 256 hashes of one level of the tree, eight levels apart. Source: C2SP tlog-tiles.

A tile of level L holds roots of perfect trees of 256^L leaves each; the tiles of level 0 hold leaf hashes.
A full tile never changes. The one at the right edge of each level grows: its first hashes stay.
"""

from collections.abc import Callable

from apps.audit.domain.merkle.errors import TileMustBeWhole
from apps.audit.domain.merkle.hashes import HASH_BYTES, perfect_root

TILE_WIDTH = 256
# log2 of the width: how many levels of the tree stand between two levels of tiles.
TILE_HEIGHT = 8
# Enough for 2^48 leaves, more than any index of ours.
TILE_LEVEL_MAX = 5
# More than any tree of ours will have, and few enough to count with.
PLACE_DIGITS_MAX = 15

# Level and place of a tile → its hashes, one behind the other; raises or gives fewer where it is missing.
TileReader = Callable[[int, int], bytes]


def tile_path(*, level: int | str, place: int, width: int = TILE_WIDTH) -> str:
    """Return where a tile is served, below the log's prefix; the level is a number or `entries`.

    Source: C2SP tlog-tiles: three digits each, all groups but the last begin with `x`; 1234067 is
    `x001/x234/067`, and a partial tile ends in `.p/` and its width.
    """
    groups = [f"{place % 1000:03d}"]
    while place := place // 1000:
        groups.append(f"x{place % 1000:03d}")
    path = f"tile/{level}/{'/'.join(reversed(groups))}"
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def parse_tile_name(name: str) -> tuple[int, int] | None:
    """Return place and width of the tile named by the end of its path, or None where nobody names one so.

    Each tile has one name: what `tile_path` would write differently is refused.
    """
    stem, separator, partial = name.partition(".p/")
    digits = stem.replace("/x", "/").removeprefix("x").replace("/", "")
    # 18 digits and a width still fit into the database's integers at level 0.
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= PLACE_DIGITS_MAX):
        return None
    if separator and not (partial.isascii() and partial.isdecimal() and len(partial) <= 3):
        return None
    place, width = int(digits), int(partial) if separator else TILE_WIDTH
    is_name = 0 < width <= TILE_WIDTH and f"tile/0/{name}" == tile_path(level=0, place=place, width=width)
    return (place, width) if is_name else None


def tile_width(*, level: int, place: int, tree_size: int) -> int:
    """Return how many hashes the tile holds in a tree of this size: 0 to 256."""
    hashes = tree_size >> (TILE_HEIGHT * level)
    return max(0, min(TILE_WIDTH, hashes - place * TILE_WIDTH))


def read_tile(*, read: TileReader, level: int, place: int, width: int) -> list[bytes]:
    """Return the first `width` hashes of a tile; raises TileMustBeWhole where there are fewer."""
    stored = read(level, place)[: width * HASH_BYTES]
    if len(stored) != width * HASH_BYTES:
        raise TileMustBeWhole(
            f"Tile {level}/{place}: expected {width} hashes, got {len(stored) / HASH_BYTES:g}.",
            evidence={"object": f"{level}/{place}", "expected": width * HASH_BYTES, "got": len(stored)},
        )
    return [stored[start : start + HASH_BYTES] for start in range(0, len(stored), HASH_BYTES)]


def read_node(*, read: TileReader, height: int, place: int) -> bytes:
    """Return the root of the perfect tree of 2^height leaves at `place`, counted in trees of that height."""
    level, above = divmod(height, TILE_HEIGHT)
    first = place << above
    offset = first % TILE_WIDTH
    hashes = read_tile(read=read, level=level, place=first // TILE_WIDTH, width=offset + (1 << above))
    return perfect_root(hashes=hashes[offset:])
