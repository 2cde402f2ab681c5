# SPDX-License-Identifier: Apache-2.0
"""The tiles of the tree in the database."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.tiles import TileReader
from cortex.database.service_role import service_transaction

# Leaf index, entry, body of a head, company, place among the company's leaves.
LeafRow = tuple[int, int | None, bytes | None, object, int | None]


def tile_reader(*, cursor: CursorWrapper) -> TileReader:
    """Return a reader of tiles in the open transaction; a tile that is not there has no hashes."""

    def read(level: int, place: int) -> bytes:
        cursor.execute("SELECT hashes FROM audit_tile WHERE level = %s AND place = %s", [level, place])
        row = cursor.fetchone()
        return bytes(row[0]) if row else b""

    return read


def read_stored_tile(level: int, place: int) -> bytes:
    """Return the hashes of a tile, read in a transaction of its own: for proofs, which may take a while."""
    with service_transaction() as cursor:
        return tile_reader(cursor=cursor)(level, place)


def append_hashes(*, cursor: CursorWrapper, size: int, leaf_hashes: Sequence[bytes]) -> None:
    """Append to the tree of this size and store the tiles that changed."""
    frontier = Frontier.of_tiles(size=size, read=tile_reader(cursor=cursor))
    changed = frontier.append(leaf_hashes=leaf_hashes)
    cursor.execute(
        "INSERT INTO audit_tile (level, place, hashes)"
        " SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"
        " ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes",
        [
            [level for level, _ in changed],
            [place for _, place in changed],
            list(changed.values()),
        ],
    )


def append_leaves(*, cursor: CursorWrapper, rows: Sequence[LeafRow]) -> None:
    """Write down the places of leaves. COPY would be quicker, but knows no row-level security."""
    cursor.execute(
        "INSERT INTO audit_leaf (leaf_index, entry_id, body, company_id, company_index)"
        " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::uuid[], %s::bigint[])",
        [list(column) for column in zip(*rows, strict=True)],
    )
