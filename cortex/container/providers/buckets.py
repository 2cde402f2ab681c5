# SPDX-License-Identifier: Apache-2.0
"""Token buckets: one for each caller, shared by all processes while Valkey answers."""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from cortex.container.providers.valkey import PREFIX, ValkeyIsAway, limiter_valkey

CALLERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a token was there, how many are left, and when the next one comes, in whole seconds."""

    is_allowed: bool
    tokens_left: int
    retry_after_seconds: int
    is_counted_by_all: bool = True


class LocalBuckets:
    """Buckets of this process alone, for the time without Valkey; the oldest are forgotten first."""

    def __init__(self, *, per_minute: int, burst: int) -> None:
        self._per_second, self._burst = per_minute / 60, burst
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> Taken:
        """Take a token of this caller."""
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.pop(caller, (float(self._burst), now))
            tokens = min(tokens + (now - at) * self._per_second, float(self._burst))
            is_allowed = tokens >= 1
            self._buckets[caller] = (tokens - 1 if is_allowed else tokens, now)
            if len(self._buckets) > CALLERS_MAX:
                self._buckets.popitem(last=False)
        wait = 0 if is_allowed else max(math.ceil((1 - tokens) / self._per_second), 1)
        return Taken(is_allowed, int(max(tokens - 1, 0)), wait, is_counted_by_all=False)


class RateLimiter:
    """A rate for each caller, for doors that guard no provider."""

    def __init__(self, *, name: str, per_minute: int, burst: int) -> None:
        self._name, self.per_minute, self.burst = name, per_minute, burst
        self._local = LocalBuckets(per_minute=per_minute, burst=burst)

    def take(self, *, caller: str) -> Taken:
        """Take a token of this caller; without Valkey this process counts alone."""
        try:
            taken, left, wait_us = limiter_valkey().run(
                "take", keys=[bucket_key(self._name, caller)], arguments=[self.per_minute, self.burst]
            )
        except ValkeyIsAway:
            return self._local.take(caller)
        return Taken(bool(taken), int(left), seconds_of(wait_us))


def bucket_key(name: str, caller: str) -> str:
    """Return the key of a caller's bucket; the braces keep the keys of one name on one node of a cluster."""
    return f"{PREFIX}:{{{name}}}:bucket:{caller}"


def seconds_of(microseconds: int) -> int:
    """Return whole seconds, rounded up, as Retry-After wants them; 0 stays 0."""
    return math.ceil(int(microseconds) / 1_000_000)
