# SPDX-License-Identifier: Apache-2.0
"""Seals over denials as a signed tree knows them: in log order, those that agree with their leaves alone.

Everything is read under the service role. Without a company: those over all denials of the installation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.audit.domain.policy_names import SEAL_DENIALS
from cortex.database.service_role import service_transaction

_AT_ONCE = 500
_SEALS = """
SELECT place.leaf_index, entry.leaf_id, seal.id, seal.ordinal, seal.denial_count, seal.statement
  FROM audit_entry entry
  JOIN audit_leaf place ON place.entry_id = entry.id
  JOIN audit_denial_seal seal
    ON seal.id = entry.object_id AND seal.company_id IS NOT DISTINCT FROM entry.company_id
 WHERE {company} AND entry.verb = %(verb)s
   AND place.leaf_index > %(after)s AND place.leaf_index < %(size)s
   AND convert_from(entry.body, 'UTF8')::jsonb ->> 'digest' = encode(sha256(seal.statement), 'hex')
 ORDER BY place.leaf_index LIMIT %(limit)s
"""
_LISTS = "SELECT id, denials FROM audit_denial_seal WHERE id = ANY(%s)"
_STATEMENTS = "SELECT id, statement FROM audit_denial_seal WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class LoggedSeal:
    """A seal whose leaf stands at a place of the tree; its statement is bytes that nobody read yet."""

    leaf_index: int
    leaf_id: UUID
    id: UUID
    ordinal: int
    denial_count: int
    statement: bytes


def seals_in_tree(*, company_id: UUID | None, size: int) -> Iterator[LoggedSeal]:
    """Yield the seals of the company in the tree of this size, in log order."""
    company = "entry.company_id IS NULL" if company_id is None else "entry.company_id = %(company)s"
    query, after, more = _SEALS.replace("{company}", company), -1, True
    while more:
        asked: dict[str, Any] = {"company": company_id, "verb": SEAL_DENIALS, "size": size}
        with service_transaction() as cursor:
            cursor.execute(query, {**asked, "after": after, "limit": _AT_ONCE})
            rows = cursor.fetchall()
        more = len(rows) == _AT_ONCE
        after = rows[-1][0] if rows else size
        for leaf_index, leaf_id, seal_id, ordinal, count, statement in rows:
            yield LoggedSeal(leaf_index, leaf_id, seal_id, ordinal, count, bytes(statement))


def lists_of(*, seal_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return what is stored of the denials of each of these seals."""
    return _by_id(_LISTS, seal_ids)


def statements_of(*, seal_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the statement of each of these seals."""
    return _by_id(_STATEMENTS, seal_ids)


def _by_id(query: str, seal_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    with service_transaction() as cursor:
        cursor.execute(query, [list(seal_ids)])
        return {seal_id: bytes(stored) for seal_id, stored in cursor.fetchall()}
