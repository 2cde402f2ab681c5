# SPDX-License-Identifier: Apache-2.0
"""The archive of single documents: their leaves, and the proof of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import (
    DocumentFile,
    Frame,
    Opening,
    consistency_files,
    document_files,
    first_files,
    openings_file,
    verifier_file,
)
from apps.audit.domain.archive.proof_text import proof_text
from apps.audit.domain.merkle.proofs import inclusion_proof
from apps.audit.domain.merkle.tiles import TileReader


@dataclass(frozen=True, slots=True)
class PlacedLeaf:
    """A leaf and its place in the tree."""

    leaf_id: UUID
    leaf_index: int
    body: bytes


def document_archive_files(
    *,
    frame: Frame,
    company_id: UUID,
    leaves: Sequence[PlacedLeaf],
    read: TileReader,
    documents: Iterable[DocumentFile],
    openings: Iterable[Opening],
) -> Iterator[ArchiveFile]:
    """Return the files in their order."""
    yield from first_files(
        frame=frame,
        what=f"{len(leaves)} of the leaves of company {company_id}",
        kind="documents",
        company_id=company_id,
    )
    yield from consistency_files(frame=frame)
    yield from document_files(documents=documents)
    yield openings_file(openings=openings)
    yield from proof_files(frame=frame, leaves=leaves, read=read)
    yield verifier_file(frame=frame)


def proof_files(*, frame: Frame, leaves: Sequence[PlacedLeaf], read: TileReader) -> Iterator[ArchiveFile]:
    """Return each leaf under its id, and the way from it to the signed tree."""
    for leaf in sorted(leaves, key=lambda one: str(one.leaf_id)):
        yield ArchiveFile(f"proofs/{leaf.leaf_id}.json", [leaf.body])
        proof = inclusion_proof(leaf_index=leaf.leaf_index, tree_size=frame.size, read=read)
        text = proof_text(leaf_index=leaf.leaf_index, proof=proof, checkpoint=frame.checkpoint)
        yield ArchiveFile(f"proofs/{leaf.leaf_id}.tlog-proof", [text])
