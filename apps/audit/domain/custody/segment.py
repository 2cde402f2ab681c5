# SPDX-License-Identifier: Apache-2.0
"""A segment of a log, and the statement about it that a leaf fixes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cortex.canonical_json import canonical_json

VERSION = 1
NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Bytes `first_byte` up to `end_byte` (exclusive) of one file of a stream.

    `stream` is host and file name, `file` counts the files that the stream was written to: each rotation
    begins a new one. `closes` says that the file ends here. `former` is the digest of the statement before,
    so that a stream is one chain. With `broken`, a sentence, the chain goes on although bytes are lost.
    """

    stream: str
    ordinal: int
    file: int
    first_byte: int
    end_byte: int
    sha256: str
    former: str | None
    sealed_at: datetime
    closes: bool = False
    broken: str | None = None

    @property
    def statement(self) -> bytes:
        """Return the statement in its one form (RFC 8785); instants are whole seconds since 1970."""
        return canonical_json(self._members())

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the statement, which the leaf carries."""
        return hashlib.sha256(self.statement).hexdigest()

    def _members(self) -> dict[str, Any]:
        return {
            "v": VERSION,
            "stream": self.stream,
            "ordinal": self.ordinal,
            "file": self.file,
            "first": self.first_byte,
            "end": self.end_byte,
            "sha256": self.sha256,
            "former": self.former,
            "closes": self.closes,
            "broken": self.broken,
            "at": int(self.sealed_at.timestamp()),
        }
