# SPDX-License-Identifier: Apache-2.0
"""What a backup proves of the log: its root, computed anew from the very bytes, and its newest checkpoint.

Source: RFC 6962, 2.1 (the tree); C2SP tlog-checkpoint (the note).
"""

import hashlib
from collections.abc import Iterator

import psycopg

from apps.audit.domain.merkle.edge import Edge
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from cortex.backups.measures import Measured

BATCH = 5_000
_CHECKPOINT = "SELECT size, root, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_LEAVES = """
SELECT l.leaf_index, coalesce(l.body, e.body) FROM audit_leaf l
  LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.leaf_index
"""
_WAITING = (
    "SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)"
)


def measure_log(connection: psycopg.Connection) -> Measured:
    """Return size and root of the tree, the newest checkpoint, and how many entries wait for the tree.

    Shapes: roots in hex. Doubts: a leaf without its entry, places with a gap, a checkpoint that says
    something else than its row or the leaves. Whether its signatures are ours, `verify.py` tells.
    """
    doubts: list[str] = []
    newest = connection.execute(_CHECKPOINT).fetchone()
    signed_size = newest[0] if newest else 0
    tree, root_then = Edge(0, []), Edge(0, []).root()
    for hashes in _batches(connection, doubts, first_end=signed_size):
        tree.append(leaf_hashes=hashes)
        if tree.size == signed_size:
            root_then = tree.root()
    waiting = connection.execute(_WAITING).fetchone()
    values = {
        "leaves": str(tree.size),
        "root": tree.root().hex(),
        "entries that wait": str(waiting[0] if waiting else 0),
        "checkpoint": str(signed_size),
    }
    if newest:
        values["checkpoint note (SHA-256)"] = hashlib.sha256(newest[2].encode()).hexdigest()
        doubts += _doubts_of(newest[2], size=signed_size, root=bytes(newest[1]), computed=root_then)
    return Measured(values, tuple(doubts))


def _batches(connection: psycopg.Connection, doubts: list[str], *, first_end: int) -> Iterator[list[bytes]]:
    """Yield hashes of leaves in order, with an end of a batch exactly where the checkpoint ends."""
    expected = 0
    with connection.cursor(name="leaves_of_the_log") as cursor:
        cursor.itersize = BATCH
        hashes: list[bytes] = []
        for place, body in cursor.execute(_LEAVES):
            if place != expected or body is None:
                doubts.append(f"leaf {expected}: expected it with its entry, got {place if body else 'none'}")
                break
            hashes.append(leaf_hash(bytes(body)))
            expected += 1
            if len(hashes) == BATCH or expected == first_end:
                yield hashes
                hashes = []
        yield hashes


def _doubts_of(note: str, *, size: int, root: bytes, computed: bytes) -> Iterator[str]:
    said = Checkpoint.parse(SignedNote.parse(note).text)
    if (said.size, said.root) != (size, root):
        yield f"checkpoint {size}: its note says {said.size} leaves and root {said.root.hex()}"
    if computed != root:
        yield f"checkpoint {size}: expected root {root.hex()}, got {computed.hex()} of the leaves"
