# SPDX-License-Identifier: Apache-2.0
"""Rate and concurrency of one provider, over all processes; and the figures that its page shows."""

import os
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from cortex.container.providers.buckets import LocalBuckets, bucket_key, seconds_of
from cortex.container.providers.errors import (
    CallRefused,
    CallsMustBeFewAtATime,
    CallsMustComeSlower,
    LimiterMustBeReachable,
)
from cortex.container.providers.limits import Limits
from cortex.container.providers.valkey import PREFIX, LimiterValkey, ValkeyIsAway, limiter_valkey

# A holder that is killed keeps its place this long after the call would have ended.
LEASE_MARGIN_MS = 1_000
# Upper bounds of the histogram's fields, in milliseconds.
LATENCIES_MS = (1, 5, 10, 50, 100, 500, 1_000, 5_000)
ERROR_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Passage:
    """A place among the calls in flight; `lease` is empty when it is counted in this process alone."""

    lease: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. `error` is a sentence without secrets, empty for an answer."""

    is_answered: bool
    seconds: float
    is_late: bool
    breaker: str
    error: str = ""


class Gate:
    """Lets calls of one provider begin and end."""

    def __init__(
        self, *, name: str, limits: Limits, valkey: Callable[[], LimiterValkey] = limiter_valkey
    ) -> None:
        self._name, self._limits, self._valkey = name, limits, valkey
        self._buckets = LocalBuckets(per_minute=limits.calls_per_minute, burst=limits.burst)
        self._lock, self._in_flight = threading.Lock(), 0

    def enter(self, *, caller: str) -> Passage:
        """Take a token of the caller and a place.

        Raises: CallsMustComeSlower, CallsMustBeFewAtATime, LimiterMustBeReachable.
        """
        limits, lease = self._limits, uuid.uuid4().hex
        try:
            outcome, wait_us, busy = self._valkey().run(
                "enter",
                keys=[bucket_key(self._name, caller), *self._keys("places", "figures", "callers")],
                arguments=[
                    limits.calls_per_minute,
                    limits.burst,
                    limits.calls_in_flight_max,
                    limits.timeout_ms + LEASE_MARGIN_MS,
                    lease,
                    caller,
                ],
            )
        except ValkeyIsAway:
            return self._enter_alone(caller)
        if outcome != b"entered":
            raise self._refusal(outcome.decode(), caller, seconds_of(wait_us), int(busy))
        return Passage(lease)

    def leave(self, passage: Passage, outcome: Outcome) -> None:
        """Give the place back and tell what came of the call; without Valkey the figures have a gap."""
        if not passage.lease:
            with self._lock:
                self._in_flight -= 1
        try:
            self._valkey().run(
                "leave",
                keys=self._keys("places", "figures", "breakers", "error"),
                arguments=[
                    passage.lease,
                    "answered" if outcome.is_answered else "failed",
                    round(outcome.seconds * 1_000_000),
                    histogram_field(outcome.seconds),
                    int(outcome.is_late),
                    name_of_process(),
                    outcome.breaker,
                    outcome.error[:ERROR_LENGTH_MAX],
                ],
            )
        except ValkeyIsAway:
            return

    def _enter_alone(self, caller: str) -> Passage:
        if self._limits.without_valkey == "refuse":
            raise LimiterMustBeReachable(
                f"Provider {self._name}: expected Valkey to count calls, got no answer from it. "
                "This provider is not called uncounted; try again in a moment.",
                evidence={"object": self._name, "expected": "an answer of Valkey", "got": "none"},
                retry_after_seconds=1,
            )
        with self._lock:
            # The place first, as it can be given back without a trace: a refused call costs no token.
            if self._in_flight >= self._limits.calls_in_flight_max:
                raise self._refusal("concurrency", caller, 1, self._in_flight)
            taken = self._buckets.take(caller)
            if not taken.is_allowed:
                raise self._refusal("rate", caller, taken.retry_after_seconds, self._in_flight)
            self._in_flight += 1
        return Passage("")

    def _refusal(self, reason: str, caller: str, wait: int, busy: int) -> CallRefused:
        limits, seconds = self._limits, max(wait, 1)
        if reason == "rate":
            return CallsMustComeSlower(
                f"Provider {self._name}, caller {caller}: expected at most {limits.calls_per_minute} calls a "
                f"minute after {limits.burst} at once, got more. Try again in {seconds} s.",
                evidence={"object": self._name, "expected": limits.calls_per_minute, "caller": caller},
                retry_after_seconds=seconds,
            )
        return CallsMustBeFewAtATime(
            f"Provider {self._name}: expected at most {limits.calls_in_flight_max} calls at a time, got "
            f"{busy + 1}. Try again in {seconds} s.",
            evidence={"object": self._name, "expected": limits.calls_in_flight_max, "got": busy + 1},
            retry_after_seconds=seconds,
        )

    def _keys(self, *parts: str) -> list[str]:
        return [key_of(self._name, part) for part in parts]


def key_of(name: str, part: str) -> str:
    """Return the key of what is kept about a provider."""
    return f"{PREFIX}:{{{name}}}:{part}"


def histogram_field(seconds: float) -> str:
    """Return the field of the histogram that counts calls of this length."""
    bound = next((limit for limit in LATENCIES_MS if seconds * 1000 <= limit), None)
    return f"le_{bound}" if bound else "le_more"


def name_of_process() -> str:
    """Return the name of this process among all that call."""
    return f"{socket.gethostname()}:{os.getpid()}"
