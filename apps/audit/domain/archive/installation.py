# SPDX-License-Identifier: Apache-2.0
"""The archive of the installation: how controls stood in a period, without any company's books."""

from collections.abc import Iterable, Iterator
from heapq import merge

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import (
    Frame,
    Period,
    about_file,
    checkpoint_file,
    consistency_files,
    readme_file,
    verifier_file,
)


def installation_files(
    *, frame: Frame, period: Period, compliance: Iterable[ArchiveFile]
) -> Iterator[ArchiveFile]:
    """Return the files in their order."""
    yield readme_file(frame=frame, what="how the controls of its compliance packs stood")
    yield about_file(frame=frame, kind="compliance", company_id=None, period=period)
    yield checkpoint_file(frame=frame)
    yield from merge(compliance, consistency_files(frame=frame), key=lambda file: file.name)
    yield verifier_file(frame=frame)
