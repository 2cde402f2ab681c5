# SPDX-License-Identifier: Apache-2.0
"""What carries events from the relay to the subscribers: one Protocol, three ways to do it.

A bus keeps the messages of a lane in order and keeps a place in it for each subscriber. It delivers at
least once: whoever reads must be able to see a message twice.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from cortex.errors import CortexError


class BusMustBeReachable(CortexError):
    """The bus did not confirm: what was to be sent stays in the outbox and is sent again."""

    code = "events.bus_must_be_reachable"
    status = 503


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way. `key` is the aggregate's id, `envelope` the CloudEvents JSON."""

    lane: int
    key: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """One message as read; `token` is its place in the lane, known to the bus that gave it."""

    token: str
    envelope: bytes


class Reader(Protocol):
    """Reads one lane for one subscriber; whoever opens it holds the lease on that lane."""

    def receive(self, *, limit: int) -> list[Received]:
        """Return the next messages in order, first those that nobody acknowledged; none at the end."""
        ...

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        """Move the subscriber's place behind these messages, which are the oldest it has received."""
        ...


class Bus(Protocol):
    """A durable log by lanes."""

    def log_id(self) -> str | None:
        """Return the name of the log, None where there is none; another name means that the old one is lost.

        Raises: BusMustBeReachable.
        """
        ...

    def create_log(self) -> str:
        """Make the log unless it is there, and return its name; raises BusMustBeReachable."""
        ...

    def append(self, *, messages: Sequence[Message]) -> None:
        """Append in order to the log and return when the bus has them all.

        Raises: BusMustBeReachable; a part of the messages, from the first on, may then be there already.
        """
        ...

    def reader(self, *, subscriber: str, lane: int) -> AbstractContextManager[Reader]:
        """Open a lane where the subscriber last acknowledged, at its beginning if it never did."""
        ...

    def trim(self, *, subscribers: Iterable[str]) -> int:
        """Forget what every subscriber has acknowledged, return how many; nothing undelivered ever goes."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


def unreachable(*, name: str, error: object) -> BusMustBeReachable:
    """Return the error that says that the bus did not confirm; `error` must hold no secret."""
    return BusMustBeReachable(
        f"Event bus {name}: expected a confirmation, got {error}. Nothing is lost: events stay in the "
        "outbox and are sent again.",
        evidence={"object": name, "expected": "a confirmation", "got": str(error)},
    )
