# SPDX-License-Identifier: Apache-2.0
"""What a run of the pipeline tells: each stage, what it established, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Report:
    """Writes lines as things happen, and the times of all stages at the end."""

    stream: TextIO
    seconds: dict[str, float] = field(default_factory=dict)

    def say(self, sentence: str) -> None:
        """Write one line at once."""
        self.stream.write(f"{sentence}\n")
        self.stream.flush()

    def found(self, sentence: str) -> None:
        """Write what a stage established."""
        self.say(f"   {sentence}")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; a stage that fails is not counted."""
        self.say(f"── {name}")
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started
        self.say(f"   done in {self.seconds[name]:.1f} s")

    def failed(self, name: str, error: Exception) -> None:
        """Write why a stage failed."""
        self.say(f"\nFAILED in {name}: {error}")

    def total(self, seconds: float) -> None:
        """Write the times of all stages in one line."""
        times = " · ".join(f"{name} {taken:.0f} s" for name, taken in self.seconds.items())
        self.say(f"\n{times} · total {seconds:.0f} s")
