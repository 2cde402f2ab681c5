# SPDX-License-Identifier: Apache-2.0
"""What a person sees while one machine starts: one numbered line for each step, with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Numbered lines on one stream, for a number of steps known beforehand."""

    def __init__(self, *, steps: int, stream: TextIO) -> None:
        """Count from one to `steps`."""
        self.steps = steps
        self.stream = stream
        self._number = 0

    @contextmanager
    def step(self, label: str) -> Iterator[list[str]]:
        """Announce a step, and complete its line when it ends; what is added to the list is told there."""
        self._number += 1
        notes: list[str] = []
        started_at = time.monotonic()
        self._write(f"[{self._number}/{self.steps}] {label} … ")
        try:
            yield notes
        except BaseException:
            self._write("not done\n")
            raise
        self._write(", ".join([*notes, f"{time.monotonic() - started_at:.1f} s"]) + "\n")

    def say(self, sentence: str) -> None:
        """Write a line of its own."""
        self._write(f"{sentence}\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
