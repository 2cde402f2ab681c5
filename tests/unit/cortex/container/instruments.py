# SPDX-License-Identifier: Apache-2.0
"""Ports and adapters of an orchestra: small enough to be seen whole."""

from collections.abc import Iterator
from typing import Protocol


class Pitch(Protocol):
    def hertz(self) -> int: ...


class Violin(Protocol):
    pitch: Pitch


class Orchestra(Protocol):
    violin: Violin


class Seat(Protocol):
    taken: bool


class Usher(Protocol):
    seat: Seat


class Fork:
    def __init__(self, hertz: int = 440) -> None:
        self._hertz = hertz

    def hertz(self) -> int:
        return self._hertz


class TunedViolin:
    def __init__(self, pitch: Pitch) -> None:
        self.pitch = pitch


class SmallOrchestra:
    def __init__(self, violin: Violin) -> None:
        self.violin = violin


class Drum:
    """Needs nothing: it stays the same whatever else is replaced."""


class TakenSeat:
    def __init__(self, pitch: Pitch) -> None:
        self.taken, self.pitch = True, pitch


class PersonalUsher:
    def __init__(self, seat: Seat) -> None:
        self.seat = seat


class EachWaits:
    def __init__(self, usher: Usher) -> None:
        self.usher = usher


class ForTheOther:
    def __init__(self, seat: Seat) -> None:
        self.seat = seat


left: list[Seat] = []


def seat_that_is_left(pitch: Pitch) -> Iterator[Seat]:
    """Yield a seat and note when it was left."""
    seat = TakenSeat(pitch)
    try:
        yield seat
    finally:
        seat.taken = False
        left.append(seat)
