# SPDX-License-Identifier: Apache-2.0
"""What the daily comparison of books and leaves finds."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a document that does not say what was posted."""

    object_id: UUID
    column: str
    expected: str
    got: str

    def sentence(self) -> str:
        """Return it for people."""
        return f"{self.object_id}, {self.column}: expected {self.expected}, got {self.got}."
