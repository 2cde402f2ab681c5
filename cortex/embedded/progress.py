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
        self._open_line = ""

    @contextmanager
    def step(self, label: str) -> Iterator[list[str]]:
        """Announce a step, and complete its line when it ends; what is added to the list is told there."""
        self._number += 1
        notes: list[str] = []
        started_at = time.monotonic()
        self._open_line = f"[{self._number}/{self.steps}] {label} … "
        self._write(self._open_line)
        try:
            yield notes
        except BaseException:
            self._close_line("not done")
            raise
        self._close_line(", ".join([*notes, f"{time.monotonic() - started_at:.1f} s"]))

    def say(self, sentence: str) -> None:
        """Write a line of its own, below which the line of a step that still runs begins again."""
        self._write(f"\n{sentence}\n{self._open_line}" if self._open_line else f"{sentence}\n")

    def _close_line(self, end: str) -> None:
        self._open_line = ""
        self._write(f"{end}\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
