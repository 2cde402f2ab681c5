# SPDX-License-Identifier: Apache-2.0
"""The container: a ZIP in one form only, so that its every byte can be checked."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cortex.errors import CortexError

MANIFEST = "MANIFEST.sha256"
# Without ZIP64 there is one form of each header; the verifier refuses more.
BYTES_MAX = 2**31 - 1
FILES_MAX = 65_000
# No file has a time of its own: the same evidence has the same bytes whenever it is exported.
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_VALUES_IN_A_PIECE = 1_000
_READABLE_BY_ALL = 0o100644 << 16


class ArchiveMustFit(CortexError):
    """One archive holds two gigabytes and 65,000 files at most."""

    code = "audit.archive_must_fit"
    status = 422


class ArchiveFilesMustBeSorted(CortexError):
    """Files stand in the order of their names; another order would be another archive."""

    code = "audit.archive_files_must_be_sorted"
    status = 500


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file and its content, piece by piece."""

    name: str
    pieces: Iterable[bytes]


def in_pieces(values: Iterable[bytes], joined: Callable[[list[bytes]], bytes]) -> Iterator[bytes]:
    """Yield a file of many small values: some of them at a time become one piece."""
    left = iter(values)
    while some := list(islice(left, _VALUES_IN_A_PIECE)):
        yield joined(some)


def write_container(*, out: BinaryIO, files: Iterable[ArchiveFile]) -> str:
    """Write the files in the order of their names, and the manifest last; return its SHA-256 (hex).

    Nothing is compressed: what compressors write depends on their release, and an archive that cannot
    grow while it is read needs no trust in whoever made it.
    Raises: ArchiveMustFit, ArchiveFilesMustBeSorted.
    """
    lines: list[str] = []
    with ZipFile(out, "w", ZIP_STORED, allowZip64=False) as archive:
        last = ""
        for file in files:
            _refuse_disorder(last, file.name)
            _refuse_excess(len(lines), FILES_MAX, "files")
            lines.append(f"{_write(archive, out, file)}  {file.name}\n")
            last = file.name
        return _write(archive, out, ArchiveFile(MANIFEST, ["".join(lines).encode()]))


def _write(archive: ZipFile, out: BinaryIO, file: ArchiveFile) -> str:
    """Write one file; return its SHA-256."""
    info = ZipInfo(file.name, _FIRST_DAY_OF_ZIP)
    info.external_attr = _READABLE_BY_ALL
    info.create_system = 3
    digest = hashlib.sha256()
    with archive.open(info, "w") as entry:
        for piece in file.pieces:
            _refuse_excess(out.tell() + len(piece), BYTES_MAX - 16 * 1024 * 1024, "bytes")
            digest.update(piece)
            entry.write(piece)
    return digest.hexdigest()


def _refuse_disorder(last: str, name: str) -> None:
    if name <= last:
        raise ArchiveFilesMustBeSorted(
            f"Archive: expected a name after {last}, got {name}.",
            evidence={"object": name, "expected": f"after {last}", "got": name},
        )


def _refuse_excess(got: int, most: int, unit: str) -> None:
    if got > most:
        raise ArchiveMustFit(
            f"Archive: expected at most {most} {unit}. Export a shorter period, or single documents.",
            evidence={
                "object": "archive",
                "expected": most,
                "got": got,
                "unit": unit,
                "remedy": "export a shorter period, or single documents",
            },
        )
