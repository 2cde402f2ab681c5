# SPDX-License-Identifier: Apache-2.0
"""The bus inside one process, for trials and tests: it ends with the process, the outbox does not."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from cortex.events.bus import Message, Received
from cortex.events.lanes import EVERY_LANE
from cortex.ids import uuid7

# The log is the process's: a new process has lost it.
_LOG_ID = f"memory:{uuid7()}"


class InMemoryBus:
    """Keeps lanes as lists; a place is the number of messages before it, trimmed ones included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lanes: dict[int, list[bytes]] = {lane: [] for lane in EVERY_LANE}
        self._trimmed = dict.fromkeys(EVERY_LANE, 0)
        self._places: dict[tuple[str, int], int] = {}

    def log_id(self) -> str | None:
        """Return a name that no other process has."""
        return _LOG_ID

    def create_log(self) -> str:
        """Return the name: the log is there from the beginning."""
        return _LOG_ID

    def append(self, *, messages: Sequence[Message]) -> None:
        """Append in order."""
        with self._lock:
            for message in messages:
                self._lanes[message.lane].append(message.envelope)

    @contextmanager
    def reader(self, *, subscriber: str, lane: int) -> Iterator["_Reader"]:
        """Open a lane where the subscriber last acknowledged."""
        yield _Reader(self, subscriber, lane)

    def read(self, *, subscriber: str, lane: int, limit: int) -> list[Received]:
        """Return what follows the subscriber's place."""
        with self._lock:
            place = max(self._places.get((subscriber, lane), 0), self._trimmed[lane])
            start = place - self._trimmed[lane]
            found = self._lanes[lane][start : start + limit]
        return [Received(str(place + offset), envelope) for offset, envelope in enumerate(found)]

    def move(self, *, subscriber: str, lane: int, place: int) -> None:
        """Set the subscriber's place."""
        with self._lock:
            self._places[subscriber, lane] = place

    def trim(self, *, subscribers: Iterable[str]) -> int:
        """Forget what every subscriber has acknowledged."""
        names, forgotten = list(subscribers), 0
        with self._lock:
            for lane in EVERY_LANE if names else ():
                watermark = min(self._places.get((name, lane), 0) for name in names)
                count = max(watermark - self._trimmed[lane], 0)
                del self._lanes[lane][:count]
                self._trimmed[lane] += count
                forgotten += count
        return forgotten

    def close(self) -> None:
        """Have nothing to give back."""


class _Reader:
    def __init__(self, bus: InMemoryBus, subscriber: str, lane: int) -> None:
        self._bus, self._subscriber, self._lane = bus, subscriber, lane

    def receive(self, *, limit: int) -> list[Received]:
        return self._bus.read(subscriber=self._subscriber, lane=self._lane, limit=limit)

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        if received:
            place = int(received[-1].token) + 1
            self._bus.move(subscriber=self._subscriber, lane=self._lane, place=place)
