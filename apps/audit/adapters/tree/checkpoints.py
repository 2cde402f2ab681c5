# SPDX-License-Identifier: Apache-2.0
"""Checkpoints and their cosignatures in the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed tree; the note is without cosignatures."""

    size: int
    root: bytes
    note: str


def newest_checkpoint(*, cursor: CursorWrapper) -> StoredCheckpoint | None:
    """Return the checkpoint of the largest tree, or None before the first."""
    cursor.execute("SELECT size, root, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
    row = cursor.fetchone()
    return StoredCheckpoint(row[0], bytes(row[1]), row[2]) if row else None


def store_checkpoint(*, cursor: CursorWrapper, checkpoint: StoredCheckpoint) -> None:
    """Store a checkpoint."""
    cursor.execute(
        "INSERT INTO audit_checkpoint (size, root, note) VALUES (%s, %s, %s)",
        [checkpoint.size, checkpoint.root, checkpoint.note],
    )


def store_cosignatures(*, cursor: CursorWrapper, size: int, lines: Mapping[str, str]) -> None:
    """Store what witnesses added, by their names; whoever cosigned this tree before stays as it was."""
    for witness, line in lines.items():
        cursor.execute(
            "INSERT INTO audit_cosignature (size, witness, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [size, witness, line.rstrip("\n")],
        )
