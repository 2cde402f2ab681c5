# SPDX-License-Identifier: Apache-2.0
"""Each company's own tree, and the newest head that stands in the log for it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.domain.merkle.edge import Edge

# Company, count of its leaves, its head's leaf hash and place in the log.
NewHead = tuple[UUID, int, bytes, int]
_EDGES = "SELECT company_id, leaf_count, edge FROM audit_company_tree"


def edges_of(*, cursor: CursorWrapper, companies: Iterable[UUID]) -> dict[UUID, Edge]:
    """Return the right edge of each company's tree; that of a company without leaves is empty."""
    wanted = list(companies)
    cursor.execute(f"{_EDGES} WHERE company_id = ANY (%s)", [wanted])
    found = _edges(cursor)
    return {company_id: found.get(company_id) or Edge(0, []) for company_id in wanted}


def store_edges(*, cursor: CursorWrapper, edges: Mapping[UUID, Edge]) -> None:
    """Store the edges as they are now."""
    cursor.execute(
        "INSERT INTO audit_company_tree (company_id, leaf_count, edge)"
        " SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[])"
        " ON CONFLICT (company_id) DO UPDATE SET leaf_count = excluded.leaf_count, edge = excluded.edge",
        [
            list(edges),
            [edge.size for edge in edges.values()],
            [edge.to_bytes() for edge in edges.values()],
        ],
    )


def changed_edges(*, cursor: CursorWrapper) -> dict[UUID, Edge]:
    """Return the edges of companies with leaves that no head counts yet, by company id."""
    cursor.execute(f"{_EDGES} WHERE leaf_count > head_count ORDER BY company_id")
    return _edges(cursor)


def store_heads(*, cursor: CursorWrapper, heads: Sequence[NewHead]) -> None:
    """Note the newest heads."""
    if not heads:
        return
    cursor.execute(
        "UPDATE audit_company_tree tree"
        " SET head_count = new.count, head_hash = new.hash, head_index = new.place"
        " FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[], %s::bigint[])"
        " AS new (company, count, hash, place)"
        " WHERE tree.company_id = new.company",
        [list(column) for column in zip(*heads, strict=True)],
    )


def newest_head_hashes(*, cursor: CursorWrapper) -> list[bytes]:
    """Return the leaf hash of every company's newest head, sorted by company id."""
    cursor.execute("SELECT head_hash FROM audit_company_tree WHERE head_count > 0 ORDER BY company_id")
    return [bytes(head_hash) for (head_hash,) in cursor.fetchall()]


def _edges(cursor: CursorWrapper) -> dict[UUID, Edge]:
    return {
        company_id: Edge.of_bytes(size=count, stored=bytes(edge))
        for company_id, count, edge in cursor.fetchall()
    }
