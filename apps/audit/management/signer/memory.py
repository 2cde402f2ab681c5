# SPDX-License-Identifier: Apache-2.0
"""What the signer remembers: the tree that it signed last, in a file that only it can read.

The file is replaced and flushed, with its directory, before a signature leaves: killed in between, the signer
knows of a tree that nobody has, which the next request continues; never the other way round.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from apps.audit.domain.merkle.hashes import EMPTY_ROOT
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.errors import CheckpointMustBeWellFormed
from apps.audit.management.signer.errors import (
    SignerMemoryMustBeNew,
    SignerMemoryMustBeReadable,
    SignerMemoryMustExist,
    SignerMustBeAlone,
)
from cortex.secrets.sealed.private_file import read_private, replace_private

_REMEDY = "follow runbooks/log-does-not-advance.md; do not start anew while anybody holds a checkpoint"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last tree, and the key that signed it as its verifiers know it."""

    key: str
    origin: str
    size: int = 0
    root: str = EMPTY_ROOT.hex()


class MemoryFile:
    """One file, one signer."""

    def __init__(self, path: Path) -> None:
        """Know the place; nothing is read."""
        self.path = path

    def exists(self) -> bool:
        """Return whether anything stands there."""
        return os.path.lexists(self.path)

    def read(self) -> Remembered:
        """Return what is remembered; raises SignerMemoryMustExist, SignerMemoryMustBeReadable."""
        if not self.exists():
            raise SignerMemoryMustExist(
                f"Memory {self.path}: expected the tree that was signed last, got none. To help: {_REMEDY}.",
                evidence={"object": str(self.path), "remedy": _REMEDY},
            )
        try:
            found = Remembered(**orjson.loads(read_private(self.path)))
            # Checked as what it will be compared with.
            Checkpoint(origin=found.origin, size=found.size, root=bytes.fromhex(found.root))
        except (ValueError, TypeError, CheckpointMustBeWellFormed) as error:
            raise SignerMemoryMustBeReadable(
                f"Memory {self.path}: expected a size, a root, an origin and a key, got something else. "
                f"To help: {_REMEDY}.",
                evidence={"object": str(self.path), "remedy": _REMEDY},
            ) from error
        return found

    def begin(self, remembered: Remembered) -> None:
        """Write the first memory; raises SignerMemoryMustBeNew."""
        if self.exists():
            raise SignerMemoryMustBeNew(
                f"Memory {self.path}: expected none before a first start, got one. Start without --first.",
                evidence={"object": str(self.path), "remedy": "start without --first"},
            )
        self.write(remembered)

    def write(self, remembered: Remembered) -> None:
        """Replace the file; it is on the disk when this returns."""
        replace_private(self.path, orjson.dumps(asdict(remembered), option=orjson.OPT_SORT_KEYS))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other signer away from this memory; raises SignerMustBeAlone."""
        lock = self.path.with_name(f".{self.path.name}.signer")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise SignerMustBeAlone(
                f"Memory {self.path}: expected one signer, got a second. Stop the other one first.",
                evidence={"object": str(self.path), "remedy": "stop the other signer"},
            ) from error
        finally:
            os.close(descriptor)
