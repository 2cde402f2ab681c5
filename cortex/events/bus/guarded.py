# SPDX-License-Identifier: Apache-2.0
"""A bus inside its guard. The readers that it opens call as well, so they are guarded, too.

Nothing is repeated here: the relay keeps what was not confirmed and sends it again, in order; a second
attempt behind its back could put copies between.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from cortex.container.providers.errors import CallRefused
from cortex.container.providers.guard import Guard
from cortex.container.providers.limits import Limits
from cortex.container.providers.provider import Capability
from cortex.events.bus import Bus, Message, Reader, Received, unreachable

R = TypeVar("R")


class GuardedBus:
    """Calls a bus under limits; a refusal reads like a bus that does not answer, which callers wait out."""

    def __init__(self, bus: Bus, guard: Guard) -> None:
        self.bus, self._guard = bus, guard

    def log_id(self) -> str | None:
        """Return the name of the log, None where there is none."""
        return self._call("log_id", self.bus.log_id)

    def create_log(self) -> str:
        """Make the log unless it is there, and return its name."""
        return self._call("create_log", self.bus.create_log)

    def append(self, *, messages: Sequence[Message]) -> None:
        """Append in order."""
        self._call("append", lambda: self.bus.append(messages=messages))

    @contextmanager
    def reader(self, *, subscriber: str, lane: int) -> Iterator[Reader]:
        """Open a lane; what its reader does is counted call by call, not the time it stays open."""
        opened = self.bus.reader(subscriber=subscriber, lane=lane)
        reader = self._call("reader", opened.__enter__)
        try:
            yield _GuardedReader(reader, self._call)
        except BaseException as error:
            if not opened.__exit__(type(error), error, error.__traceback__):
                raise
        else:
            opened.__exit__(None, None, None)

    def trim(self, *, subscribers: Iterable[str]) -> int:
        """Forget what every subscriber has acknowledged."""
        return self._call("trim", lambda: self.bus.trim(subscribers=subscribers))

    def close(self) -> None:
        """Give connections back; nobody is kept from that."""
        self.bus.close()

    def _call(self, operation: str, function: Callable[[], R]) -> R:
        try:
            return self._guard.call(operation, function, is_idempotent=False)
        except CallRefused as refusal:
            raise unreachable(name=self._guard.provider.key, error=refusal.message) from refusal


class _Call(Protocol):
    def __call__(self, operation: str, function: Callable[[], R]) -> R: ...


class _GuardedReader:
    def __init__(self, reader: Reader, call: _Call) -> None:
        self._reader, self._call = reader, call

    def receive(self, *, limit: int) -> list[Received]:
        return self._call("receive", lambda: self._reader.receive(limit=limit))

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        self._call("acknowledge", lambda: self._reader.acknowledge(received=received))


BUS = Capability(
    name="bus",
    port=Bus,
    operations={
        "log_id": False,
        "create_log": False,
        "append": False,
        "reader": False,
        "trim": False,
        "close": False,
    },
    limits=Limits(
        calls_per_minute=600_000,
        burst=20_000,
        calls_in_flight_max=256,
        timeout_ms=30_000,
        attempts_max=1,
        open_seconds=2,
    ),
    wrap=GuardedBus,
)
