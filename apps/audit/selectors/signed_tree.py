# SPDX-License-Identifier: Apache-2.0
"""A signed tree as archives need it: its co-signed note, its last leaf, and the newest heads in it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.domain.merkle.hashes import leaf_hash
from cortex.database.service_role import service_transaction

_NEWEST = """
SELECT size FROM audit_checkpoint
 WHERE size > %s AND (NOT %s OR size <= (SELECT cosigned_size FROM audit_log_state))
 ORDER BY size DESC LIMIT 1
"""
_NOTE = """
SELECT c.note || coalesce((SELECT string_agg(s.line || E'\\n', '' ORDER BY s.witness COLLATE "C")
                             FROM audit_cosignature s WHERE s.size = c.size), '')
  FROM audit_checkpoint c WHERE c.size = %s
"""
# Most companies' newest head is the one that their tree knows; of the others the log knows the older one.
_HEADS = """
SELECT t.company_id, t.head_hash, t.head_index < %(size)s, h.body
  FROM audit_company_tree t
  LEFT JOIN LATERAL (
    SELECT l.body FROM audit_leaf l
     WHERE t.head_index >= %(size)s AND l.company_id = t.company_id AND l.company_index IS NULL
       AND l.leaf_index < %(size)s
     ORDER BY l.leaf_index DESC LIMIT 1) h ON true
 WHERE t.head_count > 0 ORDER BY t.company_id
"""
_OWN_HEAD = """
SELECT l.body FROM audit_leaf l
 WHERE l.company_id = %s AND l.company_index IS NULL AND l.leaf_index < %s
 ORDER BY l.leaf_index DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class SignedTree:
    """A tree that a checkpoint signs; `note` is the checkpoint with its cosignatures."""

    origin: str
    size: int
    note: bytes
    last_body: bytes


@dataclass(frozen=True, slots=True)
class NewestHeads:
    """The leaf hashes of all companies' newest heads, sorted by company id, and one company's own."""

    hashes: list[bytes]
    place: int
    own: bytes


def newest_size(*, beyond: int, is_cosigned: bool = True) -> int | None:
    """Return the size of the newest checkpoint with more leaves than `beyond`, or None.

    `is_cosigned` takes those alone that every witness of this installation has seen.
    """
    with service_transaction() as cursor:
        cursor.execute(_NEWEST, [beyond, is_cosigned])
        row = cursor.fetchone()
    return row[0] if row else None


def newest_covering(*, leaf_index: int) -> int | None:
    """Return the newest checkpoint that all witnesses have seen, or that covers the leaf at least."""
    return newest_size(beyond=leaf_index) or newest_size(beyond=leaf_index, is_cosigned=False)


def newest_published() -> int:
    """Return the size of what every witness has seen, or of what is signed at least; raises LogMustCoverIt.

    Which witnesses are enough, the verifier decides.
    """
    found = newest_size(beyond=0) or newest_size(beyond=0, is_cosigned=False)
    if found is None:
        raise LogMustCoverIt(
            "Log: expected a checkpoint, got none yet. See runbooks/log-does-not-advance.md.",
            evidence={"object": "log", "expected": "a checkpoint", "remedy": "start integrator and signer"},
        )
    return found


def signed_note(*, size: int) -> str:
    """Return the checkpoint of this size with its cosignatures; raises LogMustCoverIt where there is none."""
    with service_transaction() as cursor:
        cursor.execute(_NOTE, [size])
        row = cursor.fetchone()
    if row is None:
        raise LogMustCoverIt(
            f"Log: expected a checkpoint of {size} leaves, got none. Name one that was signed.",
            evidence={"object": "checkpoint", "expected": size, "remedy": "name a size that was signed"},
        )
    note: str = row[0]
    return note


def signed_tree(*, size: int) -> SignedTree:
    """Return the tree of a checkpoint; raises LogMustCoverIt when none of that size was signed."""
    note = signed_note(size=size)
    with service_transaction() as cursor:
        cursor.execute("SELECT body FROM audit_leaf WHERE leaf_index = %s", [size - 1])
        last_body = bytes(cursor.fetchone()[0])
    return SignedTree(note.partition("\n")[0], size, note.encode(), last_body)


def newest_heads(*, company_id: UUID, size: int) -> NewestHeads:
    """Return the heads as they were in the tree of this size; raises LogMustCoverIt without one's own."""
    with service_transaction() as cursor:
        cursor.execute(_OWN_HEAD, [company_id, size])
        own = cursor.fetchone()
        if own is None:
            raise LogMustCoverIt(
                f"Company {company_id}: expected leaves in the tree of {size}, got none. Export a later one.",
                evidence={"object": str(company_id), "got": size, "remedy": "export a later one"},
            )
        hashes = _head_hashes(cursor, size)
    companies = [found for found, _ in hashes]
    return NewestHeads([head for _, head in hashes], companies.index(company_id), bytes(own[0]))


def _head_hashes(cursor: CursorWrapper, size: int) -> list[tuple[UUID, bytes]]:
    cursor.execute(_HEADS, {"size": size})
    return [
        (company_id, bytes(head_hash) if is_in_it else leaf_hash(bytes(older)))
        for company_id, head_hash, is_in_it, older in cursor.fetchall()
        if is_in_it or older is not None
    ]
