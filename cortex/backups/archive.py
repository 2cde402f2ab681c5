# SPDX-License-Identifier: Apache-2.0
"""The file of a backup: what was measured, then the dump, sealed together for those who may restore it.

Sealed by age (age-encryption.org/v1), which authenticates every chunk and the end. Inside: a line that names
the format, a line of canonical JSON (RFC 8785) and the dump in PostgreSQL's custom format. Both ways stream.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, BinaryIO, Protocol

import pyrage

from cortex.backups.errors import BackupKeyMustBeReadable, BackupMustBeReadable, BackupMustBeWritten

FORMAT = b"cortex-backup/1\n"
MEASURED_BYTES_MAX = 64 * 1024 * 1024
Recipients = Sequence[pyrage.x25519.Recipient]
Identities = Sequence[pyrage.x25519.Identity]


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class _OnlyMeasured(Exception):
    """Nobody wants the dump."""


class Written:
    """Hands on what is written, and knows how much it was and its SHA-256 (hex)."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._hash, self.bytes = out, hashlib.sha256(), 0

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was written until now."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._out.write(data)
        self._hash.update(data)
        self.bytes += len(data)
        return len(data)

    def flush(self) -> None:
        """Hand on what is held."""
        self._out.flush()


def seal(*, measured: bytes, dump: IO[bytes], out: BinaryIO, recipients: Recipients) -> Written:
    """Write a backup and tell what it is as a file; `measured` is one line without its end.

    Raises: BackupMustBeWritten.
    """
    written = Written(out)
    try:
        pyrage.encrypt_io(_Joined(FORMAT + measured + b"\n", dump), written, recipients)
        written.flush()
    except (pyrage.EncryptError, OSError) as error:
        reason = str(error)[:200]
        raise BackupMustBeWritten(
            f"Backup: expected a place that takes all of it, got: {reason}. Make room or name another place.",
            evidence={"object": "backup", "got": reason, "remedy": "make room or name another place"},
        ) from error
    return written


def unseal(*, archive: BinaryIO, identities: Identities, take: Callable[[bytes], _Sink]) -> None:
    """Call `take` with what was measured and write the dump to what it returns.

    The last part of the dump follows only when the whole was found authentic.
    Raises: BackupMustBeReadable, also after the dump's beginning.
    """
    parted = _Parted(take)
    try:
        pyrage.decrypt_io(archive, parted, identities)
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise _unreadable("one sealed for another identity, changed, or cut") from error
    parted.end()


def measured_in(*, archive: BinaryIO, identities: Identities) -> bytes:
    """Return what was measured, without reading the dump; raises BackupMustBeReadable."""
    found: list[bytes] = []

    def enough(measured: bytes) -> _Sink:
        found.append(measured)
        raise _OnlyMeasured

    with suppress(_OnlyMeasured):
        unseal(archive=archive, identities=identities, take=enough)
    return found[0]


def parse_recipient(text: str) -> pyrage.x25519.Recipient:
    """Read `age1…`; raises BackupKeyMustBeReadable."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupKeyMustBeReadable(
            # Without a word of it: people mix up the halves.
            "Recipient: expected the public half of an age identity, `age1…`, got something else."
            " Make a pair with `age-keygen`.",
            evidence={"object": "recipient", "expected": "age1…", "remedy": "age-keygen"},
        ) from error


def parse_identities(content: bytes, *, name: str) -> list[pyrage.x25519.Identity]:
    """Read the file that `age-keygen` writes; raises BackupKeyMustBeReadable, without a word of it."""
    lines = [line.strip() for line in content.decode(errors="replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        # Not chained: its words may hold the line.
        found = []
    if not found:
        raise BackupKeyMustBeReadable(
            f"Identity {name}: expected a file as `age-keygen` writes it, got something else. Name another.",
            evidence={"object": name, "expected": "AGE-SECRET-KEY-1…", "remedy": "name another file"},
        )
    return found


class _Joined:
    """Reads a text and then a stream, as one."""

    def __init__(self, first: bytes, then: IO[bytes]) -> None:
        self._first, self._then = first, then

    def read(self, size: int = -1) -> bytes:
        """Return what comes next, at most `size` bytes; nothing at the end."""
        if not self._first:
            return self._then.read(size)
        part = self._first if size < 0 else self._first[:size]
        self._first = self._first[len(part) :]
        return part


class _Parted:
    """Takes what comes out of the seal: two lines, then the dump."""

    def __init__(self, take: Callable[[bytes], _Sink]) -> None:
        self._take, self._head, self._held = take, b"", b""
        self.sink: _Sink | None = None

    def write(self, data: bytes) -> int:
        """Take the next part; raises BackupMustBeReadable for another format."""
        if self.sink is not None:
            self.sink.write(self._held)
            self._held = bytes(data)
            return len(data)
        self._head += bytes(data)
        if not FORMAT.startswith(self._head[: len(FORMAT)]):
            raise _unreadable("another format")
        measured, end, rest = self._head[len(FORMAT) :].partition(b"\n")
        if end:
            self.sink, self._held = self._take(measured), rest
        elif len(self._head) > MEASURED_BYTES_MAX:
            raise _unreadable("a first part without an end")
        return len(data)

    def end(self) -> None:
        """Hand on the last part: nobody has the whole dump before its end was found authentic."""
        if self.sink is None:
            raise _unreadable("something else")
        self.sink.write(self._held)

    def flush(self) -> None:
        """Do nothing; whoever gave the sink closes it."""


def _unreadable(got: str) -> BackupMustBeReadable:
    return BackupMustBeReadable(
        f"Backup: expected a file of `cortex backup`, got {got}. Name another file or identity.",
        evidence={
            "expected": "a file of `cortex backup`",
            "got": got,
            "remedy": "name another file or identity",
        },
    )
