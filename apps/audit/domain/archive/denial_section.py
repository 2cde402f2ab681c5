# SPDX-License-Identifier: Apache-2.0
"""What an archive tells of denials: the statements of their seals, and the hash of each denial."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame
from apps.audit.domain.archive.proof_text import proof_text
from apps.audit.domain.archive.single_documents import PlacedLeaf
from apps.audit.domain.merkle.proofs import inclusion_proof
from apps.audit.domain.merkle.tiles import TileReader

# Asked again for each file: nothing of it has to fit into memory.
Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDenials:
    """`statements` of the seals in their order; `hashes` are those of their denials, in the same order.

    The id of a denial is not beside its hash: no root holds it there, and the denial itself does.

    `denied` are the denials themselves, or None where they were not asked for. `leaves` are those of the
    platform that no head counts: of a company all leaves are in the archive anyway.
    """

    statements: Pieces
    hashes: Pieces
    denied: Pieces | None = None
    leaves: Sequence[PlacedLeaf] = ()


def denial_files(*, frame: Frame, sealed: SealedDenials | None, read: TileReader) -> Iterator[ArchiveFile]:
    """Yield the files in their order; none where nothing was sealed."""
    if sealed is None:
        return
    if sealed.denied is not None:
        yield ArchiveFile("denials/denied.jsonl", _lines(sealed.denied()))
    yield ArchiveFile("denials/hashes", sealed.hashes())
    for leaf in sorted(sealed.leaves, key=lambda one: str(one.leaf_id)):
        name = f"denials/leaves/{leaf.leaf_id}"
        yield ArchiveFile(f"{name}.json", [leaf.body])
        proof = inclusion_proof(leaf_index=leaf.leaf_index, tree_size=frame.size, read=read)
        text = proof_text(leaf_index=leaf.leaf_index, proof=proof, checkpoint=frame.checkpoint)
        yield ArchiveFile(f"{name}.tlog-proof", [text])
    yield ArchiveFile("denials/seals.jsonl", _lines(sealed.statements()))


def _lines(documents: Iterable[bytes]) -> Iterator[bytes]:
    return (document + b"\n" for document in documents)
