# SPDX-License-Identifier: Apache-2.0
"""Export the log: every leaf of every company, or some in a row, for whoever verifies all of them."""

from collections.abc import Iterator
from typing import BinaryIO

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import ArchiveFile, write_container
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import Frame
from apps.audit.domain.archive.part_of_log import LeafRange, range_files
from apps.audit.domain.archive.whole_log import log_files
from apps.audit.selectors.bundles import leaf_bodies
from apps.audit.selectors.custody import sealed_statements
from apps.audit.selectors.signed_tree import newest_published, signed_tree
from apps.audit.services.frame_archive import frame_archive
from apps.audit.services.leave_export_leaf import leave_export_leaf
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def export_log(
    *,
    out: BinaryIO,
    exported_by: Principal,
    size: int | None = None,
    leaves: LeafRange | None = None,
    earlier: Earlier | None = None,
) -> int:
    """Write the archive as of the checkpoint of this size, or the newest; return the size.

    The leaves hold opaque ids, digests and commitments only, yet who did what in every company. The archive
    of one size is the same, byte for byte, as long as nobody cosigns later. `leaves` are those in a row that
    are wanted alone; with them goes a proof that the log grew out of an earlier tree. Of the whole log the
    verifier computes that one anew.

    Raises: AccessMustBeGranted, LogMustCoverIt, ArchiveMustFit, TreeMustHaveTheSize,
    EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    get(Authorizer).require(principal=exported_by, action=READ_BUNDLES, company_id=None)
    found = size or newest_published()
    frame = frame_archive(tree=signed_tree(size=found), earlier=earlier)
    files = _whole(frame) if leaves is None else _part(frame, leaves)
    digest = write_container(out=out, files=files)
    leave_export_leaf(company_id=None, manifest_digest=digest, exported_by=exported_by)
    return found


def _whole(frame: Frame) -> Iterator[ArchiveFile]:
    return log_files(
        frame=frame, bodies=leaf_bodies(end=frame.size), segments=sealed_statements(size=frame.size)
    )


def _part(frame: Frame, leaves: LeafRange) -> Iterator[ArchiveFile]:
    first, end = leaves.first, frame.size if leaves.end is None else leaves.end
    return range_files(
        frame=frame,
        first=first,
        end=end,
        bodies=leaf_bodies(first=first, end=end),
        read=read_stored_tile,
    )
