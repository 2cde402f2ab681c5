# SPDX-License-Identifier: Apache-2.0
"""Hash every leaf of the newest signed tree anew, and compare the stored log with what was signed."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice

import structlog

from apps.audit.adapters.policy_entities import COMPARE_LOG
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.log_comparison import MISSING, WHOLE, ComparedLog, LeafDifference, differing_leaves
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import HASH_BYTES
from apps.audit.domain.merkle.tiles import TILE_WIDTH
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.errors import (
    CheckpointMustBeWellFormed,
    NoteMustBeSigned,
    NoteMustBeWellFormed,
)
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.policy_file import parse_log_policy
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.models import LogComparison
from apps.audit.selectors.overdue_entries import overdue_entries
from apps.audit.selectors.signed_tree import newest_size, signed_note
from apps.audit.selectors.stored_leaves import hashes_of_tiles, stored_leaves
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

AT_ONCE, TOLD_MAX = 20 * TILE_WIDTH, 100
OBJECT_TYPE = "audit.log_comparison"
# Stands for a hash that is not there while the root is made.
_NO_HASH = bytes(HASH_BYTES)
_log = structlog.get_logger(__name__)


def compare_log(*, compared_by: Principal) -> ComparedLog | None:
    """Store what was found and raise the alarm about it; None where no tree was signed yet.

    Leaves are compared with the tiles and with the columns beside them, and the root of the tiles with the
    checkpoint under the log's key, so that whoever changes a leaf has to change all, and cannot sign. An
    entry that the log never took in is told, too.

    Raises: AccessMustBeGranted, what TrustedKeys raises.
    """
    get(Authorizer).require(principal=compared_by, action=COMPARE_LOG, company_id=None)
    started_at = get(Clock).now()
    size = newest_size(beyond=0, is_cosigned=False)
    if size is None:
        return None
    found = _differences(size)
    told = list(islice(found, TOLD_MAX))
    compared = ComparedLog(size, len(told) + sum(1 for _ in found), told)
    _store(compared, started_at=started_at, compared_by=compared_by)
    return compared


def _differences(size: int) -> Iterator[LeafDifference]:
    keys = [log.key for log in parse_log_policy(get(TrustedKeys).text().encode()).logs]
    tree = Frontier()
    for first in range(0, size, AT_ONCE):
        end = min(first + AT_ONCE, size)
        in_tree = hashes_of_tiles(first=first, end=end, read=read_stored_tile)
        stored = stored_leaves(first=first, end=end)
        yield from differing_leaves(first=first, signed=in_tree, stored=stored)
        tree.append(leaf_hashes=[found or _NO_HASH for found in in_tree])
    yield from _differing_root(tree.root(), signed_note(size=size), keys)
    for entry_id in overdue_entries(limit=TOLD_MAX):
        yield LeafDifference(WHOLE, f"a place in the log for entry {entry_id}", MISSING)


def _differing_root(root: bytes, whole: str, keys: Sequence[VerifierKey]) -> Iterator[LeafDifference]:
    try:
        note = SignedNote.parse(whole)
        note.signed_by(keys=keys)
        signed = Checkpoint.parse(note.text).root
    except (NoteMustBeSigned, NoteMustBeWellFormed, CheckpointMustBeWellFormed) as error:
        yield LeafDifference(WHOLE, f"a checkpoint signed by {keys[0].name}", error.code)
        return
    if root != signed:
        yield LeafDifference(WHOLE, signed.hex(), root.hex())


@transactional
def _store(compared: ComparedLog, *, started_at: datetime, compared_by: Principal) -> None:
    differences = [asdict(one) for one in compared.differences]
    row = LogComparison.objects.create(
        id=uuid7(),
        started_at=started_at,
        finished_at=get(Clock).now(),
        tree_size=compared.size,
        difference_count=compared.difference_count,
        differences=differences,
    )
    record_verb(
        company_id=None,
        actor=compared_by,
        verb=COMPARE_LOG,
        object_type=OBJECT_TYPE,
        object_id=row.id,
        digest=canonical_digest(
            {"size": compared.size, "count": compared.difference_count, "differences": differences}
        ),
    )
    for one in compared.differences:
        _log.error("log_differs_from_signed_tree", **asdict(one))
