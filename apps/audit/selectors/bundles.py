# SPDX-License-Identifier: Apache-2.0
"""Entry bundles: leaves of all companies, read under the service role once somebody may read them."""

from collections.abc import Iterator

from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from apps.audit.domain.merkle.tiles import TILE_WIDTH
from apps.audit.selectors.tree import is_published
from cortex.database.service_role import service_transaction

_LENGTH_BYTES, _AT_ONCE = 2, 5_000
_LEAVES = """
SELECT coalesce(leaf.body, entry.body) FROM audit_leaf leaf
  LEFT JOIN audit_entry entry ON entry.id = leaf.entry_id
 WHERE leaf.leaf_index >= %s AND leaf.leaf_index < %s ORDER BY leaf.leaf_index
"""


def entry_bundle(*, place: int, width: int) -> bytes:
    """Return the leaves of a tile of level 0, each behind its length in two bytes.

    Raises: TreeMustHaveTheSize where no published checkpoint has the tile with this width.
    Source: C2SP tlog-tiles, "Log entries".
    """
    first = place * TILE_WIDTH
    bodies: list[bytes] = []
    if is_published(level=0, place=place, width=width):
        bodies = _bodies(first, first + width)
    if not width or len(bodies) != width:
        raise TreeMustHaveTheSize(
            f"Entries {place}.p/{width}: expected a bundle that a published checkpoint covers, got another. "
            "Ask for those of the newest checkpoint.",
            evidence={"object": "bundle", "got": f"{place}.p/{width}", "remedy": "read the checkpoint"},
        )
    return b"".join(len(body).to_bytes(_LENGTH_BYTES) + body for body in bodies)


def leaf_bodies(*, end: int, first: int = 0) -> Iterator[bytes]:
    """Yield the bodies of the leaves from `first` to before `end` in their order, some at a time."""
    for start in range(first, end, _AT_ONCE):
        yield from _bodies(start, min(start + _AT_ONCE, end))


def _bodies(first: int, end: int) -> list[bytes]:
    with service_transaction() as cursor:
        cursor.execute(_LEAVES, [first, end])
        return [bytes(body) for (body,) in cursor.fetchall()]
