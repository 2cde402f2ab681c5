# SPDX-License-Identifier: Apache-2.0
"""Give committed entries their places in the tree: one batch, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.adapters.tree.arrivals import (
    Arrival,
    choose_target,
    place_arrivals,
    require_known_cluster,
)
from apps.audit.adapters.tree.company_trees import edges_of, store_edges
from apps.audit.adapters.tree.state import LogState, locked_state, store_state
from apps.audit.adapters.tree.tiles import append_hashes
from cortex.database.service_role import service_transaction
from cortex.events.leases import Lease

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Integrated:
    """How many leaves were added, and whether more of what was committed by then is waiting."""

    leaves: int
    has_more: bool


def integrate_leaves(*, lease: Lease, batch: int = BATCH) -> Integrated:
    """Integrate one batch; whoever is killed leaves it whole or not at all.

    Raises: LeaseMustBeHeld when another integrator took over; nothing is left behind then.
    """
    with service_transaction() as cursor:
        state = locked_state(cursor=cursor, lease=lease)
        require_known_cluster(cursor=cursor, state=state)
        arrivals: Sequence[Arrival] = []
        is_resumed = state.target is not None
        if has_more := choose_target(cursor=cursor, state=state):
            arrivals = place_arrivals(cursor=cursor, state=state, limit=batch)
            _append(cursor, state, arrivals)
            # Behind a target that was chosen before may be what was committed since.
            has_more = _advance(state, arrivals, batch) or is_resumed
        store_state(cursor=cursor, lease=lease, state=state)
    return Integrated(len(arrivals), has_more)


def _append(cursor: CursorWrapper, state: LogState, arrivals: Sequence[Arrival]) -> None:
    if not arrivals:
        return
    by_company: dict[UUID, list[bytes]] = {}
    for _, company_id, leaf_hash in arrivals:
        if company_id is not None:
            by_company.setdefault(company_id, []).append(leaf_hash)
    edges = edges_of(cursor=cursor, companies=by_company)
    hashes = [leaf_hash for _, _, leaf_hash in arrivals]
    append_hashes(cursor=cursor, size=state.size, leaf_hashes=hashes)
    for company_id, own_hashes in by_company.items():
        edges[company_id].append(leaf_hashes=own_hashes)
    store_edges(cursor=cursor, edges=edges)
    state.size += len(arrivals)


def _advance(state: LogState, arrivals: Sequence[Arrival], batch: int) -> bool:
    """Move the cursor, or make the target the new base once all of it is there; return whether more waits."""
    if len(arrivals) == batch:
        state.after_id = arrivals[-1][0]
        return True
    state.base, state.target, state.after_id = state.target, None, 0
    return False
