# SPDX-License-Identifier: Apache-2.0
"""Is every entry in the tree exactly once, and is the tree what an independent one says of it?"""

import psycopg

from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from tests.factories.log import oracle_root, stored_leaves


def require_whole(dsn: str, *, size: int | None) -> None:
    """Require it of the database, and that its newest checkpoint is of all leaves."""
    with psycopg.connect(dsn) as admin:
        entries = admin.execute("SELECT array_agg(id ORDER BY id) FROM audit_entry").fetchall()[0][0]
        notes = admin.execute("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1").fetchall()
    leaves = stored_leaves(dsn)
    assert sorted(leaf.entry_id for leaf in leaves if leaf.entry_id is not None) == entries
    assert [leaf.index for leaf in leaves] == list(range(len(leaves)))
    said = Checkpoint.parse(SignedNote.parse(notes[0][0]).text)
    assert (said.size, said.root) == (size, oracle_root([leaf.body for leaf in leaves]))
