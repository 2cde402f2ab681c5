# SPDX-License-Identifier: Apache-2.0
"""The archive of single leaves, of any company and of none: what was done, without what it was done to."""

from collections.abc import Iterator, Sequence

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame, consistency_files, first_files, verifier_file
from apps.audit.domain.archive.single_documents import PlacedLeaf, proof_files
from apps.audit.domain.merkle.tiles import TileReader


def leaf_archive_files(
    *, frame: Frame, leaves: Sequence[PlacedLeaf], read: TileReader
) -> Iterator[ArchiveFile]:
    """Return the files in their order; each leaf says itself of which company it is."""
    yield from first_files(frame=frame, what=f"{len(leaves)} of its leaves", kind="leaves")
    yield from consistency_files(frame=frame)
    yield from proof_files(frame=frame, leaves=leaves, read=read)
    yield verifier_file(frame=frame)
