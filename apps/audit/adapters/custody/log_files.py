# SPDX-License-Identifier: Apache-2.0
"""The files of one log: the one that is written, and those that were rotated away from it."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROTATIONS_MAX = 20
# A rotation renames one file after the other, and lasts microseconds.
_SETTLED_AFTER_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file that stays what it is, whatever it is renamed to."""

    descriptor: int
    rotations: int
    size: int

    def read(self, first: int, length: int) -> bytes:
        """Return the bytes from there on, fewer where the file ends."""
        return os.pread(self.descriptor, length, first)


@contextmanager
def opened(path: Path) -> Iterator[list[OpenFile]]:
    """Yield the files of a log, newest first: `path`, `path.1`, …; links and what is no file are left out."""
    files = _opened(path)
    if [file.rotations for file in files] != list(range(len(files))):
        # Perhaps read in the middle of a rotation; what is still missing then is missing.
        _close(files)
        time.sleep(_SETTLED_AFTER_SECONDS)
        files = _opened(path)
    try:
        yield files
    finally:
        _close(files)


def _opened(path: Path) -> list[OpenFile]:
    # From the newest on: a rotation meanwhile shows a file twice, and hides none.
    found: dict[tuple[int, int], OpenFile] = {}
    for rotations in range(ROTATIONS_MAX + 1):
        name = f"{path}.{rotations}" if rotations else os.fspath(path)
        with suppress(FileNotFoundError):
            _add(found, name, rotations)
    return list(found.values())


def _add(found: dict[tuple[int, int], OpenFile], name: str, rotations: int) -> None:
    if stat.S_ISLNK(os.lstat(name).st_mode):
        return
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    known = os.fstat(descriptor)
    identity = known.st_dev, known.st_ino
    if identity in found or not stat.S_ISREG(known.st_mode):
        os.close(descriptor)
        return
    found[identity] = OpenFile(descriptor, rotations, known.st_size)


def _close(files: list[OpenFile]) -> None:
    for file in files:
        os.close(file.descriptor)
