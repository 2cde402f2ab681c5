# SPDX-License-Identifier: Apache-2.0
"""The archive of the installation: how controls stood and what was denied, without any company's books."""

from collections.abc import Iterable, Iterator
from heapq import merge

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame, Period, consistency_files, first_files, verifier_file


def installation_files(
    *,
    frame: Frame,
    period: Period,
    compliance: Iterable[ArchiveFile],
    denials: Iterable[ArchiveFile] = (),
) -> Iterator[ArchiveFile]:
    """Return the files in their order."""
    yield from first_files(
        frame=frame, what="how the controls of its compliance packs stood", kind="compliance", period=period
    )
    yield from merge(compliance, consistency_files(frame=frame), denials, key=lambda file: file.name)
    yield verifier_file(frame=frame)
