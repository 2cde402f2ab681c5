# SPDX-License-Identifier: Apache-2.0
"""A tree's head as a note's text: origin, size, root. Source: c2sp.org/tlog-checkpoint."""

from dataclasses import dataclass
from typing import Self

from apps.audit.domain.note.encoding import SIZE_MAX, decimal, decoded, encoded
from apps.audit.domain.note.errors import CheckpointMustBeWellFormed, refused
from apps.audit.domain.note.keys import NAME_BYTES_MAX
from cortex.errors import Malformed

ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One tree of one log; `extensions` are lines of others, which ours never writes."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would read differently than it was meant; raises CheckpointMustBeWellFormed."""
        if not 0 <= self.size <= SIZE_MAX:
            raise _refused(expected="a size from 0 to 2^63 - 1", got=str(self.size))
        if len(self.root) != ROOT_BYTES:
            raise _refused(expected="a root of 32 bytes", got=len(self.root))
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise _refused(expected="lines that are not empty and hold no control character", got=self.origin)
        if len(self.origin.encode()) > NAME_BYTES_MAX:
            raise _refused(expected=f"an origin of at most {NAME_BYTES_MAX} bytes", got=self.origin)

    @property
    def text(self) -> str:
        """The bytes that are signed, as text."""
        lines = (self.origin, str(self.size), encoded(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text; raises CheckpointMustBeWellFormed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise _refused(expected="three lines or more, each with its end", got=text)
        origin, size_line, root_line, *extensions = lines
        size, root = decimal(size_line), decoded(root_line)
        if size is None:
            raise _refused(expected="a size in decimal without leading zeros", got=size_line)
        if root is None:
            raise _refused(expected="a root in canonical Base64", got=root_line)
        return cls(origin=origin, size=size, root=root, extensions=tuple(extensions))


def _is_line(text: str) -> bool:
    return bool(text) and not any(letter < " " for letter in text)


def _refused(*, expected: str, got: object) -> Malformed:
    return refused(CheckpointMustBeWellFormed, "Checkpoint", expected=expected, got=got)
