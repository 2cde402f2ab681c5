# SPDX-License-Identifier: Apache-2.0
"""What the witness has cosigned last of each log, in SQLite: on the disk before anything is answered."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.audit.domain.merkle.hashes import EMPTY_ROOT
from apps.audit.management.witness.errors import WitnessMemoryMustExist

_TABLE = (
    "CREATE TABLE seen ("
    "origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL)"
)
_READ = "SELECT size, root FROM seen WHERE origin = ?"
_WRITE = (
    "INSERT INTO seen (origin, size, root, note) VALUES (?, ?, ?, ?) ON CONFLICT (origin)"
    " DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest tree of a log that was cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class WitnessMemory:
    """One file; checks and stores happen in one step, also between two processes on the same file."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises WitnessMemoryMustExist, since a new one would have forgotten everything."""
        if not path.is_file():
            # An older copy would cosign a second history from where it stopped, and could not tell.
            remedy = "make a new witness with a new key, and never put an older copy of the memory back"
            raise WitnessMemoryMustExist(
                f"Memory {path}: expected the file that init made, got none. To help: {remedy}.",
                evidence={"object": str(path), "remedy": remedy},
            )
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        # EXTRA flushes the directory, too, after the journal of a transaction is removed.
        self._database.execute("PRAGMA synchronous = EXTRA")

    @staticmethod
    def make(path: Path) -> None:
        """Make an empty memory for the owner alone."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(path)) as database:
            database.execute(_TABLE)

    @contextmanager
    def step(self) -> Iterator["WitnessMemory"]:
        """Let nobody else read or write until the block ends; an exception stores nothing."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def seen(self, *, origin: str) -> Seen:
        """Return the newest tree of a log, the empty one before the first; inside a step."""
        row = self._database.execute(_READ, (origin,)).fetchone()
        return Seen(*row) if row else Seen()

    def store(self, *, origin: str, seen: Seen, note: str) -> None:
        """Remember a tree with its note, which is evidence; inside a step."""
        self._database.execute(_WRITE, (origin, seen.size, seen.root, note))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
