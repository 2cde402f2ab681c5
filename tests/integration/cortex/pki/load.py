# SPDX-License-Identifier: Apache-2.0
"""Connections made one after the other, without a pause, while something is changed under them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

STEP = 25


@dataclass
class Load:
    """What two threads do again and again, each time over a connection of its own, and what became of it."""

    attempt: Callable[[], object]
    made: int = 0
    failures: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        while not self.is_over.is_set():
            outcome = self._outcome()
            with self.moved:
                self.made += 1
                self.failures += [outcome] if outcome else []
                self.moved.notify_all()

    def _outcome(self) -> str:
        try:
            self.attempt()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says it
            return repr(error)
        return ""

    def wait_for_more(self, count: int = STEP) -> None:
        """Wait until as many more attempts have ended."""
        with self.moved:
            wanted = self.made + count
            assert self.moved.wait_for(lambda: self.made >= wanted, timeout=60)


@contextmanager
def load(attempt: Callable[[], object]) -> Iterator[Load]:
    """Run two threads until the block ends."""
    running = Load(attempt)
    threads = [threading.Thread(target=running.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.is_over.set()
        for thread in threads:
            thread.join(timeout=30)
