# SPDX-License-Identifier: Apache-2.0
"""Bring the log up to date: integrate what was committed, seal the tree, publish its checkpoint."""

import time

from apps.audit.adapters.tree.state import LEASE
from apps.audit.domain.publishing import Signer, Witnesses
from apps.audit.services.integrate_leaves import BATCH, integrate_leaves
from apps.audit.services.publish_checkpoint import publish_checkpoint
from apps.audit.services.seal_tree import seal_tree
from cortex.events.leases import claim_lease, keep_lease, release_lease

# After so long a tree is sealed and signed, even if more is waiting. With the interval of the schedule it
# stays below the five seconds within which there is a newer checkpoint.
SECONDS = 2.0


def advance_log(
    *, signer: Signer, witnesses: Witnesses, seconds: float = SECONDS, batch: int = BATCH
) -> int | None:
    """Return the size of the tree that is published now, or None while another process does this.

    Raises: DatabaseMustBeReachable, LeaseMustBeHeld, what the signer says; the next call goes on from there.
    """
    lease = claim_lease(name=LEASE)
    if lease is None:
        return None
    try:
        deadline = time.monotonic() + seconds
        while integrate_leaves(lease=lease, batch=batch).has_more and time.monotonic() < deadline:
            keep_lease(lease)
        keep_lease(lease)
        if size := seal_tree(lease=lease):
            publish_checkpoint(lease=lease, size=size, signer=signer, witnesses=witnesses)
        return size
    finally:
        release_lease(lease)
