# SPDX-License-Identifier: Apache-2.0
"""End the tree with the heads of its companies, so that one company's archive can prove to be whole."""

from django.db.backends.utils import CursorWrapper

from apps.audit.adapters.tree.company_trees import (
    NewHead,
    changed_edges,
    newest_head_hashes,
    store_heads,
)
from apps.audit.adapters.tree.state import LogState, locked_state, store_state
from apps.audit.adapters.tree.tiles import LeafRow, append_hashes, append_leaves
from apps.audit.domain.heads import head_body, heads_body
from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from apps.audit.domain.merkle.hashes import leaf_hash
from cortex.database.service_role import service_transaction
from cortex.events.leases import Lease


def seal_tree(*, lease: Lease) -> int:
    """Append a head for each company that changed and one `heads` leaf; return the size of the sealed tree.

    A tree that ends with its `heads` leaf stays as it is, and so does the empty one.
    Raises: LeaseMustBeHeld, TreeMustHaveTheSize where its last leaf is gone.
    """
    with service_transaction() as cursor:
        state = locked_state(cursor=cursor, lease=lease)
        if state.size and not _is_sealed(cursor, state):
            _append_heads(cursor, state)
            store_state(cursor=cursor, lease=lease, state=state)
    return state.size


def _is_sealed(cursor: CursorWrapper, state: LogState) -> bool:
    cursor.execute(
        "SELECT entry_id IS NULL AND company_id IS NULL FROM audit_leaf WHERE leaf_index = %s",
        [state.size - 1],
    )
    row = cursor.fetchone()
    # A log that lost its last leaf is not sealed on: the daily comparison tells what is missing.
    if row is None:
        raise TreeMustHaveTheSize(
            f"Leaf {state.size - 1}: expected the last one of the tree, got none. See"
            " runbooks/leaves-differ-from-signed-tree.md.",
            evidence={"object": "log", "expected": state.size, "remedy": "see the runbook"},
        )
    return bool(row[0])


def _append_heads(cursor: CursorWrapper, state: LogState) -> None:
    rows: list[LeafRow] = []
    heads: list[NewHead] = []
    for place, (company_id, edge) in enumerate(changed_edges(cursor=cursor).items(), start=state.size):
        body = head_body(company_id=company_id, count=edge.size, root=edge.root())
        rows.append((place, None, body, company_id, None))
        heads.append((company_id, edge.size, leaf_hash(body), place))
    store_heads(cursor=cursor, heads=heads)
    last = heads_body(head_hashes=newest_head_hashes(cursor=cursor))
    rows.append((state.size + len(rows), None, last, None, None))
    append_leaves(cursor=cursor, rows=rows)
    hashes = [head[2] for head in heads] + [leaf_hash(last)]
    append_hashes(cursor=cursor, size=state.size, leaf_hashes=hashes)
    state.size += len(rows)
