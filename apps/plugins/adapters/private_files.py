# SPDX-License-Identifier: Apache-2.0
"""Files that are trusted since nobody else could write them; they are there whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cortex.errors import CortexError

_OTHERS, _OTHERS_WRITE = 0o077, 0o022


class PlaceMustBePrivate(CortexError):
    """A directory or file that is trusted belongs to somebody else, or somebody else may write to it."""

    code = "plugins.place_must_be_private"
    status = 500


def require_private_directory(*, path: Path) -> None:
    """Make the directory for its owner alone where it is missing; raises PlaceMustBePrivate."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_private_directory(path=path):
        raise PlaceMustBePrivate(
            f"Directory {path}: expected one of this user that nobody else may enter (mode 0700, no link). "
            f"Nothing was written. Take it away, or, where you know what lies in it: chmod 700 {path}",
            evidence={"object": str(path), "expected": "0700", "remedy": f"chmod 700 {path}"},
        )


def is_private_directory(*, path: Path) -> bool:
    """Tell whether nobody else may enter the directory."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _is_ours(found, _OTHERS)


def read_private(*, path: Path) -> bytes:
    """Return the content of a file that this user wrote.

    Raises: PlaceMustBePrivate for links and other people's files, FileNotFoundError.
    """
    try:
        # Without waiting: opening a pipe would wait for somebody to write.
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _foreign(path) from error
    found = os.fstat(opened)
    if not (stat.S_ISREG(found.st_mode) and _is_ours(found, _OTHERS_WRITE)):
        os.close(opened)
        raise _foreign(path)
    with os.fdopen(opened, "rb") as file:
        return file.read()


def write_private(*, path: Path, content: bytes) -> None:
    """Put the whole file where readers and other writers see the former one or this one, and no part."""
    with fresh_file(beside=path) as fresh:
        fresh.write_bytes(content)
        fresh.replace(path)


def write_once(*, path: Path, content: bytes) -> None:
    """Put the whole file where there is none yet; one that is there stays."""
    with fresh_file(beside=path) as fresh, suppress(FileExistsError):
        fresh.write_bytes(content)
        os.link(fresh, path)


@contextmanager
def fresh_file(*, beside: Path) -> Iterator[Path]:
    """Give a new file of mode 0600 in the same directory, for this thread alone; it goes afterwards."""
    opened, name = tempfile.mkstemp(dir=beside.parent, prefix=".fresh-")
    os.close(opened)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _is_ours(found: os.stat_result, refused: int) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & refused


def _foreign(path: Path) -> PlaceMustBePrivate:
    return PlaceMustBePrivate(
        f"File {path}: expected one that this user alone may write, got a link or another's. "
        "It was not used; take it away.",
        evidence={"object": str(path), "expected": "a file of this user", "remedy": "Delete the file."},
    )
