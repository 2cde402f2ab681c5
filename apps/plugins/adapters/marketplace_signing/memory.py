# SPDX-License-Identifier: Apache-2.0
"""The memory of the signing service, in a file of its own; on the disk before a signature leaves."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from apps.plugins.domain.marketplace.errors import SignerMemoryMustBeKept
from apps.plugins.domain.marketplace.signer_memory import Released, Remembered
from cortex.secrets.sealed.private_file import read_private, replace_private


class MemoryFile:
    """One file, one signing service."""

    def __init__(self, path: Path) -> None:
        """Know the place; nothing is read."""
        self.path = path

    def exists(self) -> bool:
        """Return whether anything stands there."""
        return os.path.lexists(self.path)

    def read(self) -> Remembered:
        """Return what is remembered; raises SignerMemoryMustBeKept."""
        try:
            return _remembered(orjson.loads(read_private(self.path)))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise _refused(self.path, "what was signed before", type(error).__name__) from error

    def write(self, remembered: Remembered) -> None:
        """Replace the file; it is on the disk when this returns."""
        replace_private(self.path, orjson.dumps(asdict(remembered), option=orjson.OPT_SORT_KEYS))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other service away from this memory; raises SignerMemoryMustBeKept."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise _refused(self.path, "one service", "a second one that works with it") from error
        finally:
            os.close(descriptor)


def _remembered(told: dict[str, Any]) -> Remembered:
    return Remembered(
        keys=told["keys"],
        versions={role: int(version) for role, version in told["versions"].items()},
        in_snapshot={role: int(version) for role, version in told["in_snapshot"].items()},
        listed={role: tuple(paths) for role, paths in told["listed"].items()},
        released={path: Released(**each) for path, each in told["released"].items()},
    )


def _refused(path: Path, expected: str, got: str) -> SignerMemoryMustBeKept:
    remedy = "see runbooks/marketplace-key-lost.md; do not begin anew while anybody trusts this repository"
    return SignerMemoryMustBeKept(
        f"Memory {path}: expected {expected}, got {got}. To help: {remedy}.",
        evidence={"object": str(path), "expected": expected, "got": got, "remedy": remedy},
    )
