# SPDX-License-Identifier: Apache-2.0
"""Give committed entries their places in the tree: one batch, one transaction."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from apps.audit.adapters.tree.arrivals import (
    NONE,
    Arrivals,
    choose_target,
    place_arrivals,
    require_known_cluster,
)
from apps.audit.adapters.tree.company_trees import edges_of, store_edges
from apps.audit.adapters.tree.state import LogState, locked_state, store_state
from apps.audit.adapters.tree.tiles import append_hashes
from cortex.database.service_role import service_transaction
from cortex.events.leases import Lease

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Integrated:
    """How many leaves were added, and whether more of what was committed by then is waiting."""

    leaves: int
    has_more: bool


def integrate_leaves(*, lease: Lease, batch: int = BATCH) -> Integrated:
    """Integrate one batch; whoever is killed leaves it whole or not at all.

    Raises: LeaseMustBeHeld when another integrator took over; nothing is left behind then.
    """
    arrivals = NONE
    with service_transaction() as cursor:
        state = locked_state(cursor=cursor, lease=lease)
        require_known_cluster(cursor=cursor, state=state)
        is_resumed = state.target is not None
        if has_more := choose_target(cursor=cursor, state=state):
            arrivals = place_arrivals(cursor=cursor, state=state, limit=batch)
            _append(cursor, state, arrivals)
            # Behind a target that was chosen before may be what was committed since.
            has_more = _advance(state, arrivals) or is_resumed
        store_state(cursor=cursor, lease=lease, state=state)
    return Integrated(len(arrivals.leaf_hashes), has_more)


def _append(cursor: CursorWrapper, state: LogState, arrivals: Arrivals) -> None:
    if not arrivals.leaf_hashes:
        return
    edges = edges_of(cursor=cursor, companies=arrivals.of_companies)
    append_hashes(cursor=cursor, size=state.size, leaf_hashes=arrivals.leaf_hashes)
    for company_id, own_hashes in arrivals.of_companies.items():
        edges[company_id].append(leaf_hashes=own_hashes)
    store_edges(cursor=cursor, edges=edges)
    state.size += len(arrivals.leaf_hashes)


def _advance(state: LogState, arrivals: Arrivals) -> bool:
    """Move the cursor, or make the target the new base once all of it is there; return whether more waits."""
    if arrivals.go_on_after is not None:
        state.after_id = arrivals.go_on_after
        return True
    state.base, state.target, state.after_id = state.target, None, 0
    return False
