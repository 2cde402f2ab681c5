# SPDX-License-Identifier: Apache-2.0
"""Hashes of leaves: as their bodies have them now, and as the tiles of the tree have them."""

from apps.audit.domain.merkle.hashes import HASH_BYTES
from apps.audit.domain.merkle.tiles import TILE_WIDTH, TileReader
from cortex.database.service_role import service_transaction

# RFC 6962, section 2.1: a leaf's hash is that of a zero byte and the leaf.
_HASHES = r"""
SELECT leaf.leaf_index, sha256('\x00'::bytea || coalesce(leaf.body, entry.body)) FROM audit_leaf leaf
  LEFT JOIN audit_entry entry ON entry.id = leaf.entry_id
 WHERE leaf.leaf_index >= %s AND leaf.leaf_index < %s
"""


def hashes_of_bodies(*, first: int, end: int) -> list[bytes | None]:
    """Return the hash of each leaf of these places, computed anew; None where there is no body."""
    with service_transaction() as cursor:
        cursor.execute(_HASHES, [first, end])
        found = {place: bytes(hashed) for place, hashed in cursor.fetchall() if hashed is not None}
    return [found.get(place) for place in range(first, end)]


def hashes_of_tiles(*, first: int, end: int, read: TileReader) -> list[bytes | None]:
    """Return the hash of each leaf as the tree has it; None where a tile has none. `first` begins a tile."""
    hashes: list[bytes | None] = []
    for place in range(first // TILE_WIDTH, -(-end // TILE_WIDTH)):
        tile = read(0, place)
        found = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
        hashes += [*found, *[None] * (TILE_WIDTH - len(found))]
    return hashes[: end - first]
