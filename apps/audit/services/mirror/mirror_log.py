# SPDX-License-Identifier: Apache-2.0
"""Copy what was published to where nobody can overwrite it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from apps.audit.adapters.mirror.progress import Progress, progress_of, store_progress
from apps.audit.domain.merkle.errors import TileMustBeWhole
from apps.audit.domain.mirror.mirror import Mirror, MirrorPlace
from apps.audit.domain.mirror.objects import CHECKPOINT, STEP, TileObject, edge_of, full_between
from apps.audit.selectors.mirrored import checkpoint_in, content_of
from apps.audit.selectors.tree import published_checkpoint
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease
from cortex.ports.clock import Clock
from cortex.ports.registry import get

LEASE = "log-mirror"


def mirror_log(*, place: MirrorPlace) -> int | None:
    """Return the size of the tree that is mirrored now, None while another process copies.

    The checkpoint comes last: whatever a mirror's checkpoint covers is there. It leaves no leaf: each would
    be a tree to be mirrored, which would be a leaf again.

    Raises: MirrorMustAnswer, MirrorMustBeLocked, TileMustBeWhole; the next call goes on from there.
    """
    lease = claim_lease(name=LEASE)
    if lease is None:
        return None
    try:
        return _mirrored(place, lease)
    finally:
        release_lease(lease)


def _mirrored(place: MirrorPlace, lease: Lease) -> int:
    note, progress, now = published_checkpoint(), progress_of(name=place.name), get(Clock).now()
    size = checkpoint_in(note).size if note else 0
    if note and size > progress.tree_size:
        place.mirror.require_lock()
        until = now + timedelta(days=place.kept_days)
        progress = _copy_full_tiles(place, lease, progress, size, until)
        _put(place.mirror, lease, edge_of(size=size), until)
        place.mirror.put(key=CHECKPOINT, content=note.encode(), until=until)
        progress = replace(progress, tree_size=size)
    store_progress(name=place.name, lease=lease, progress=replace(progress, mirrored_at=now))
    return progress.tree_size


def _copy_full_tiles(
    place: MirrorPlace, lease: Lease, progress: Progress, size: int, until: datetime
) -> Progress:
    """Copy step by step, and remember each, so that whoever is killed is not begun anew."""
    while progress.leaves < size:
        leaves = min(size, (progress.leaves // STEP + 1) * STEP)
        _put(place.mirror, lease, full_between(mirrored=progress.leaves, size=leaves), until)
        progress = replace(progress, leaves=leaves)
        store_progress(name=place.name, lease=lease, progress=progress)
    return progress


def _put(mirror: Mirror, lease: Lease, tiles: Iterable[TileObject], until: datetime) -> None:
    for tile in tiles:
        keep_lease(lease)
        content = content_of(tile)
        if content is None:
            raise TileMustBeWhole(
                f"{tile.key}: expected a tile that is whole, got none. See runbooks/log-does-not-advance.md.",
                evidence={"object": tile.key, "remedy": "see runbooks/log-does-not-advance.md"},
            )
        mirror.put(key=tile.key, content=content, until=until)
