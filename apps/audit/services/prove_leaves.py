# SPDX-License-Identifier: Apache-2.0
"""Prove single leaves: of a company for whoever may see them there, of any for whoever reads those of all."""

from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID

from apps.audit.adapters.policy_entities import READ, READ_BUNDLES
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import ArchiveMustFit, write_container
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.single_documents import PlacedLeaf
from apps.audit.domain.archive.single_leaves import leaf_archive_files
from apps.audit.selectors.signed_tree import newest_covering, signed_tree
from apps.audit.selectors.single_leaves import (
    company_leaves_seen,
    leaves_of_all_by_id,
    not_in_a_signed_tree,
)
from apps.audit.services.frame_archive import frame_archive
from apps.audit.services.leave_export_leaf import leave_export_leaf
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# Of more than these, a range of the log is the smaller archive.
LEAVES_MAX = 1_000


def prove_leaves(
    *,
    company_id: UUID | None,
    leaf_ids: Sequence[UUID],
    out: BinaryIO,
    exported_by: Principal,
    size: int | None = None,
    earlier: Earlier | None = None,
) -> int:
    """Write the archive as of the checkpoint of this size, or the newest, and a leaf of it; return the size.

    Raises: as `write_leaves`.
    """
    size, digest = write_leaves(
        company_id=company_id, leaf_ids=leaf_ids, out=out, reader=exported_by, size=size, earlier=earlier
    )
    leave_export_leaf(company_id=company_id, manifest_digest=digest, exported_by=exported_by)
    return size


def write_leaves(
    *,
    company_id: UUID | None,
    leaf_ids: Sequence[UUID],
    out: BinaryIO,
    reader: Principal,
    size: int | None = None,
    earlier: Earlier | None = None,
) -> tuple[int, str]:
    """Write the archive of leaves that the reader may see; return its tree's size and its manifest's SHA-256.

    Of a company in scope each leaf is one that the policies show; without a company it may be any company's
    or the platform's, for whoever may read the leaves of all. Which leaves there are decides the bytes, and
    not the order in which they are named.
    Raises: AccessMustBeGranted, LeafMustExist, LogMustCoverIt, ArchiveMustFit, EarlierTreeMustNotBeLarger,
    EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    _require_few(leaf_ids)
    leaves = _leaves(company_id, leaf_ids, reader)
    last = max(leaves, key=lambda leaf: leaf.leaf_index)
    found = size or newest_covering(leaf_index=last.leaf_index)
    if found is None or last.leaf_index >= found:
        raise not_in_a_signed_tree(leaf_id=last.leaf_id, got=f"place {last.leaf_index} alone")
    frame = frame_archive(tree=signed_tree(size=found), earlier=earlier)
    files = leaf_archive_files(frame=frame, leaves=leaves, read=read_stored_tile)
    return found, write_container(out=out, files=files)


def _leaves(company_id: UUID | None, leaf_ids: Sequence[UUID], reader: Principal) -> list[PlacedLeaf]:
    if company_id is None:
        get(Authorizer).require(principal=reader, action=READ_BUNDLES, company_id=None)
        return leaves_of_all_by_id(leaf_ids=leaf_ids)
    get(Authorizer).require(principal=reader, action=READ, company_id=company_id)
    return company_leaves_seen(company_id=company_id, leaf_ids=leaf_ids, reader=reader)


def _require_few(leaf_ids: Sequence[UUID]) -> None:
    if not 1 <= len(leaf_ids) <= LEAVES_MAX:
        remedy = "name some leaves, or export a range of the log"
        raise ArchiveMustFit(
            f"Archive: expected 1 to {LEAVES_MAX:,} leaves, got {len(leaf_ids):,}: {remedy}.",
            evidence={
                "object": "archive",
                "expected": LEAVES_MAX,
                "got": len(leaf_ids),
                "unit": "leaves",
                "remedy": remedy,
            },
        )
