# SPDX-License-Identifier: Apache-2.0
"""The archive of one company: all its leaves, and the way from them to the signed tree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveFile, in_pieces
from apps.audit.domain.archive.frame import (
    Bodies,
    DocumentFile,
    Frame,
    Opening,
    Period,
    consistency_files,
    document_files,
    first_files,
    openings_file,
    verifier_file,
)
from apps.audit.domain.archive.proof_text import place_text, proof_text
from apps.audit.domain.archive.whole_log import behind_lengths
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.merkle.proofs import inclusion_proof
from apps.audit.domain.merkle.tiles import TileReader


@dataclass(frozen=True, slots=True)
class CompanyLeaves:
    """A company's leaves in log order, and how its newest head hangs on the signed tree.

    `head_hashes` are the leaf hashes of the newest heads of all companies, sorted by company id; `place` is
    where this company's `head` stands among them; `last_body` is the tree's last leaf, with their root.
    """

    company_id: UUID
    bodies: Bodies
    head: bytes
    head_hashes: Sequence[bytes]
    place: int
    last_body: bytes


def company_files(
    *,
    frame: Frame,
    leaves: CompanyLeaves,
    read: TileReader,
    period: Period,
    documents: Iterable[DocumentFile],
    openings: Iterable[Opening],
    compliance: Iterable[ArchiveFile] = (),
    denials: Iterable[ArchiveFile] = (),
) -> Iterator[ArchiveFile]:
    """Return the files in their order; documents are those that count in the period."""
    own = _own_files(
        frame=frame, leaves=leaves, read=read, period=period, documents=documents, openings=openings
    )
    return merge(own, compliance, denials, key=lambda file: file.name)


def _own_files(
    *,
    frame: Frame,
    leaves: CompanyLeaves,
    read: TileReader,
    period: Period,
    documents: Iterable[DocumentFile],
    openings: Iterable[Opening],
) -> Iterator[ArchiveFile]:
    yield from first_files(
        frame=frame,
        what=f"all that the log holds of company {leaves.company_id}",
        kind="company",
        company_id=leaves.company_id,
        period=period,
    )
    yield ArchiveFile("company/hashes", in_pieces(map(leaf_hash, leaves.bodies()), b"".join))
    yield ArchiveFile("company/head.json", [leaves.head])
    yield ArchiveFile("company/head.place", [_place(leaves)])
    yield ArchiveFile("company/leaves", in_pieces(leaves.bodies(), behind_lengths))
    yield from consistency_files(frame=frame)
    yield from document_files(documents=documents)
    yield ArchiveFile("heads.json", [leaves.last_body])
    last = frame.size - 1
    proof = inclusion_proof(leaf_index=last, tree_size=frame.size, read=read)
    text = proof_text(leaf_index=last, proof=proof, checkpoint=frame.checkpoint)
    yield ArchiveFile("heads.tlog-proof", [text])
    yield openings_file(openings=openings)
    yield verifier_file(frame=frame)


def _place(leaves: CompanyLeaves) -> bytes:
    """Return the proof that the newest head stands among the newest heads."""
    tiles = Frontier().append(leaf_hashes=leaves.head_hashes)
    proof = inclusion_proof(
        leaf_index=leaves.place,
        tree_size=len(leaves.head_hashes),
        read=lambda level, place: tiles[level, place],
    )
    return place_text(place=leaves.place, proof=proof)
