# SPDX-License-Identifier: Apache-2.0
"""Compare the log with its mirror, object by object and version by version."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from apps.audit.adapters.mirror.progress import progress_of
from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.domain.mirror.mirror import Copy, Mirror, MirrorPlace
from apps.audit.domain.mirror.objects import CHECKPOINT, edge_of, full_between, parse_key
from apps.audit.selectors.mirrored import checkpoint_in, content_of, is_of_the_log
from cortex.errors import CortexError
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

TOLD_MAX = 100
NOTE_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The size of the mirrored tree, how many versions were read, and the first hundred differences."""

    size: int
    versions: int
    difference_count: int
    differences: tuple[str, ...]


def compare_mirror(*, place: MirrorPlace, compared_by: Principal) -> Compared:
    """Return what differs. Every version counts: a newer one hides an older one, and takes nothing away.

    Raises: AccessMustBeGranted, MirrorMustAnswer, MirrorMustBeLocked.
    """
    get(Authorizer).require(principal=compared_by, action=READ_BUNDLES, company_id=None)
    place.mirror.require_lock()
    size = progress_of(name=place.name).tree_size
    tiles = chain(full_between(mirrored=0, size=size), edge_of(size=size))
    missing = {tile.key for tile in tiles} | ({CHECKPOINT} if size else set())
    versions, count, told = 0, 0, list[str]()
    for copy in place.mirror.copies():
        versions += 1
        missing.discard(copy.key)
        for sentence in _doubts(place.mirror, copy):
            count, told = count + 1, [*told, sentence][:TOLD_MAX]
    gone = [f"{key}: it is not in the mirror" for key in sorted(missing)]
    return Compared(
        size=size,
        versions=versions,
        difference_count=count + len(gone),
        differences=tuple([*told, *gone][:TOLD_MAX]),
    )


def _doubts(mirror: Mirror, copy: Copy) -> Iterator[str]:
    name = f"{copy.key[:200]}, version {copy.version}"
    if copy.is_deleted:
        yield f"{name}: somebody deleted it; the versions before are hidden, and still there"
    elif copy.key == CHECKPOINT:
        yield from _doubts_of_note(name, mirror.read(copy, limit=NOTE_BYTES_MAX))
    else:
        tile = parse_key(copy.key)
        expected = content_of(tile) if tile else None
        if expected is None:
            yield f"{name}: the log publishes no such tile"
        elif mirror.read(copy, limit=len(expected) + 1) != expected:
            yield f"{name}: log and mirror differ"


def _doubts_of_note(name: str, note: bytes) -> Iterator[str]:
    try:
        checkpoint = checkpoint_in(note.decode())
    except (CortexError, UnicodeDecodeError):
        yield f"{name}: it is no checkpoint"
        return
    if not is_of_the_log(checkpoint):
        yield f"{name}: the log has no tree of {checkpoint.size} leaves with this root"
