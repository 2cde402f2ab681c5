# SPDX-License-Identifier: Apache-2.0
"""Files that only their owner may read: checked at each opening, replaced as a whole."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cortex.errors import CortexError

MODE = 0o600
# No secret of ours comes near; a file that does is something else.
BYTES_MAX = 1024 * 1024


class FileMustBePrivate(CortexError):
    """A file of secrets can be read or was made by somebody else, or is no plain file."""

    code = "secrets.file_must_be_private"
    status = 503


def read_private(path: Path) -> bytes:
    """Return the bytes of a plain file of ours that nobody else may read; raises FileMustBePrivate."""
    # A symbolic link could be turned elsewhere between check and use; a pipe would block.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(path, got=error.strerror or "an error") from error
    with os.fdopen(descriptor, "rb") as file:
        _require_private(path, os.fstat(descriptor))
        return file.read(BYTES_MAX)


def state_of(path: Path) -> tuple[int, int, int]:
    """Return what changes when the file, its mode or its owner does; raises FileMustBePrivate."""
    try:
        found = path.stat(follow_symlinks=False)
    except OSError as error:
        raise _refused(path, got=error.strerror or "an error") from error
    return found.st_ino, found.st_ctime_ns, found.st_size


def replace_private(path: Path, content: bytes) -> None:
    """Write the file anew so that a reader, or a crash, meets the old bytes or the new ones, never half."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, MODE)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    _sync_directory(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time change the file; the lock is a file beside it that stays."""
    lock = path.with_name(f".{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _require_private(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, got="no plain file")
    if found.st_uid not in (os.geteuid(), 0):
        raise _refused(path, got=f"one of user {found.st_uid}")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise _refused(path, got=f"mode {stat.S_IMODE(found.st_mode):04o}")
    if found.st_size > BYTES_MAX:
        raise _refused(path, got=f"{found.st_size} bytes")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, *, got: str) -> FileMustBePrivate:
    remedy = "check who changed it, then chmod 600 and chown it to the user of this program"
    return FileMustBePrivate(
        f"File {path}: expected a plain file of this user with mode 0600, got {got}. To help: {remedy}.",
        evidence={"object": str(path), "expected": "mode 0600", "got": got, "remedy": remedy},
    )
