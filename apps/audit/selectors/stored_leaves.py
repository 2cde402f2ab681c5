# SPDX-License-Identifier: Apache-2.0
"""Leaves as they stand in the tables now, and their hashes as the tiles of the tree have them."""

from uuid import UUID

from apps.audit.domain.log_comparison import StoredLeaf
from apps.audit.domain.merkle.hashes import HASH_BYTES
from apps.audit.domain.merkle.tiles import TILE_WIDTH, TileReader
from cortex.database.service_role import service_transaction

_LEAVES = """
SELECT leaf.leaf_index, coalesce(leaf.body, entry.body), leaf.company_id, entry.id IS NOT NULL, entry.leaf_id,
       entry.company_id, entry.object_id, entry.actor, entry.verb, entry.object_type
  FROM audit_leaf leaf LEFT JOIN audit_entry entry ON entry.id = leaf.entry_id
 WHERE leaf.leaf_index >= %s AND leaf.leaf_index < %s
"""
_NAMES = ("id", "company", "object id", "actor", "verb", "object type")


def stored_leaves(*, first: int, end: int) -> list[StoredLeaf | None]:
    """Return the leaf of each of these places; None where there is no body."""
    with service_transaction() as cursor:
        cursor.execute(_LEAVES, [first, end])
        rows = cursor.fetchall()
    found = {
        place: StoredLeaf(
            bytes(body), {"company of the place": _text(company), **(_columns(columns) if is_verb else {})}
        )
        for place, body, company, is_verb, *columns in rows
        if body is not None
    }
    return [found.get(place) for place in range(first, end)]


def _columns(columns: list[UUID | str | None]) -> dict[str, str | None]:
    return {name: _text(value) for name, value in zip(_NAMES, columns, strict=True)}


def _text(value: UUID | str | None) -> str | None:
    return None if value is None else str(value)


def hashes_of_tiles(*, first: int, end: int, read: TileReader) -> list[bytes | None]:
    """Return the hash of each leaf as the tree has it; None where a tile has none. `first` begins a tile."""
    hashes: list[bytes | None] = []
    for place in range(first // TILE_WIDTH, -(-end // TILE_WIDTH)):
        tile = read(0, place)
        found = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
        hashes += [*found, *[None] * (TILE_WIDTH - len(found))]
    return hashes[: end - first]
