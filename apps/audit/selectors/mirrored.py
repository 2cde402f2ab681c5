# SPDX-License-Identifier: Apache-2.0
"""What the log itself says a mirror should hold."""

from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from apps.audit.domain.mirror.objects import TileObject
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.selectors.bundles import entry_bundle
from apps.audit.selectors.tree import published_tile
from cortex.database.service_role import service_transaction

_ROOT = "SELECT root FROM audit_checkpoint WHERE size = %s"


def content_of(tile: TileObject) -> bytes | None:
    """Return what the log publishes as this tile, None where it has no such tile."""
    if tile.level is not None:
        return published_tile(level=tile.level, place=tile.place, width=tile.width)
    try:
        return entry_bundle(place=tile.place, width=tile.width)
    except TreeMustHaveTheSize:
        return None


def checkpoint_in(note: str) -> Checkpoint:
    """Return what a signed note says of a tree; raises what the note's parser raises."""
    return Checkpoint.parse(SignedNote.parse(note).text)


def is_of_the_log(checkpoint: Checkpoint) -> bool:
    """Tell whether the log published a tree of this size with this root."""
    with service_transaction() as cursor:
        cursor.execute(_ROOT, [checkpoint.size])
        row = cursor.fetchone()
    return row is not None and bytes(row[0]) == checkpoint.root
