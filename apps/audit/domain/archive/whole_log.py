# SPDX-License-Identifier: Apache-2.0
"""The archive of a whole log: every leaf, in the bundles of C2SP tlog-tiles."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame, first_files, verifier_file
from apps.audit.domain.merkle.tiles import TILE_WIDTH, tile_path


def log_files(
    *, frame: Frame, bodies: Iterable[bytes], segments: Iterable[bytes] = ()
) -> Iterator[ArchiveFile]:
    """Return the files in their order; `bodies` are those of all leaves of the tree, in order.

    `segments` are the statements about segments of processes' logs, in the order of their leaves.
    """
    yield from first_files(frame=frame, what=f"all {frame.size} leaves of the log", kind="log")
    yield from _segments_file(segments)
    left = iter(bodies)
    for first in range(0, frame.size, TILE_WIDTH):
        width = min(TILE_WIDTH, frame.size - first)
        path = tile_path(level="entries", place=first // TILE_WIDTH, width=width)
        yield ArchiveFile(path, [behind_lengths(islice(left, width))])
    yield verifier_file(frame=frame)


def _segments_file(statements: Iterable[bytes]) -> Iterator[ArchiveFile]:
    """Return the file of statements, none where no log is in custody."""
    left = iter(statements)
    first = next(left, None)
    if first is not None:
        yield ArchiveFile("log_segments.jsonl", (line + b"\n" for line in chain([first], left)))


def behind_lengths(bodies: Iterable[bytes]) -> bytes:
    """Return the bodies, each behind its length in two bytes. Source: C2SP tlog-tiles, entry bundles."""
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)
