# SPDX-License-Identifier: Apache-2.0
"""The archive of some leaves in a row, of all companies, with the hashes that stand for all others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.audit.domain.archive.container import ArchiveFile, in_pieces
from apps.audit.domain.archive.frame import Frame, consistency_files, first_files, verifier_file
from apps.audit.domain.archive.proof_text import edges_text
from apps.audit.domain.archive.whole_log import behind_lengths
from apps.audit.domain.merkle.proofs import edges_beside
from apps.audit.domain.merkle.tiles import TileReader


@dataclass(frozen=True, slots=True)
class LeafRange:
    """The leaves from `first` to before `end`; None is the end of the tree."""

    first: int
    end: int | None = None


def range_files(
    *, frame: Frame, first: int, end: int, bodies: Iterable[bytes], read: TileReader
) -> Iterator[ArchiveFile]:
    """Return the files in their order; `bodies` are those of the leaves from `first` to before `end`.

    Raises: TreeMustHaveTheSize where the tree has no such leaves.
    """
    edges = edges_beside(first=first, end=end, tree_size=frame.size, read=read)
    yield from first_files(
        frame=frame,
        what=f"the leaves {first} to {end - 1} of the log",
        kind="range",
        leaves={"first": first, "end": end},
    )
    yield from consistency_files(frame=frame)
    yield ArchiveFile("range/edges", [edges_text(edges=edges)])
    yield ArchiveFile("range/leaves", in_pieces(bodies, behind_lengths))
    yield verifier_file(frame=frame)
