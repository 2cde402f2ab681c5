# SPDX-License-Identifier: Apache-2.0
"""What changes from one text to another, line by line, told by marks and not by colour alone."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LINES_MAX = 2_000
Kind = Literal["same", "added", "removed", "place"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line; numbers are those in the text before and after, or None."""

    kind: Kind
    before: int | None
    after: int | None
    text: str

    @property
    def mark(self) -> str:
        """Return the sign in front of it."""
        return {"same": " ", "added": "+", "removed": "−", "place": "…"}[self.kind]


def differences(before: str, after: str) -> list[DiffLine]:
    """Return the changed lines with three around each; at most 2,000, the last of which says so."""
    found = list(_lines(before.splitlines(), after.splitlines()))
    if len(found) <= LINES_MAX:
        return found
    return [*found[:LINES_MAX], DiffLine("place", None, None, f"{len(found) - LINES_MAX:,} lines more")]


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    groups = difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(3)
    for number, group in enumerate(groups):
        if number or group[0][1]:
            yield DiffLine("place", None, None, f"line {group[0][3] + 1}")
        for tag, first, last, other, end in group:
            if tag == "equal":
                for offset, text in enumerate(before[first:last]):
                    yield DiffLine("same", first + offset + 1, other + offset + 1, text)
                continue
            for offset, text in enumerate(before[first:last]):
                yield DiffLine("removed", first + offset + 1, None, text)
            for offset, text in enumerate(after[other:end]):
                yield DiffLine("added", None, other + offset + 1, text)
