# SPDX-License-Identifier: Apache-2.0
"""What all processes together know of the providers, for a page to show; reading changes nothing."""

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cortex.container.providers.buckets import bucket_key
from cortex.container.providers.gate import LATENCIES_MS, key_of
from cortex.container.providers.health import Health
from cortex.container.providers.registry import ProviderRegistry, Registered
from cortex.container.providers.valkey import ValkeyIsAway, limiter_valkey

MINUTES = 15
CALLERS_SHOWN = 5
BREAKER_SECONDS_MAX = 600
_UNITS_OF_A_TOKEN = 60_000_000


@dataclass(frozen=True, slots=True)
class CallerShare:
    """What one caller asked for in the last ten to twenty minutes, and the tokens it has left."""

    caller: str
    calls: int
    tokens_left: int


@dataclass(frozen=True, slots=True)
class ProviderState:
    """One provider as its page shows it; counts are those of the last quarter of an hour."""

    entry: Registered[Any]
    is_counted: bool
    health: Health | None = None
    breakers: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    last_error: tuple[float, str] | None = None
    callers: tuple[CallerShare, ...] = ()

    @property
    def calls(self) -> int:
        """Return how many calls came to an end."""
        return self.counts["answered"] + self.counts["failed"]

    @property
    def mean_ms(self) -> float:
        """Return the mean duration of a call."""
        return self.counts["microseconds"] / 1000 / self.calls if self.calls else 0.0

    @property
    def p95_ms(self) -> str:
        """Return the bound below which 95 of 100 calls took, as the histogram knows it."""
        wanted, seen = math.ceil(self.calls * 0.95), 0
        for bound in LATENCIES_MS if self.calls else ():
            seen += self.counts[f"le_{bound}"]
            if seen >= wanted:
                return f"≤ {bound:,} ms"
        return f"> {LATENCIES_MS[-1]:,} ms" if self.calls else "–"


def all_states(registry: ProviderRegistry) -> list[ProviderState]:
    """Return the state of every provider; without Valkey only what this process knows by itself."""
    states = []
    for entry in registry.all():
        try:
            states.append(limiter_valkey().ask(partial(_state, entry=entry)))
        except ValkeyIsAway:
            own = Counter({entry.guard.breaker.state: 1})
            states.append(ProviderState(entry=entry, is_counted=False, breakers=own))
    return states


def _state(client: Any, *, entry: Registered[Any]) -> ProviderState:
    key = entry.provider.key
    seconds, microseconds = client.time()
    now_us = int(seconds) * 1_000_000 + int(microseconds)
    minute, span = int(seconds) // 60, int(seconds) // 600
    pipeline = client.pipeline(transaction=False)
    pipeline.hgetall(key_of(key, "health"))
    pipeline.hgetall(key_of(key, "breakers"))
    pipeline.zcount(key_of(key, "places"), now_us // 1000, "+inf")
    pipeline.get(key_of(key, "error"))
    for back in (0, 1):
        pipeline.zrevrange(key_of(key, f"callers:{span - back}"), 0, 4 * CALLERS_SHOWN, withscores=True)
    for back in range(MINUTES):
        pipeline.hgetall(key_of(key, f"figures:{minute - back}"))
    health, breakers, in_flight, error, recent, before, *minutes = pipeline.execute()
    return ProviderState(
        entry=entry,
        is_counted=True,
        health=_health(health),
        breakers=_breakers(breakers, now_us),
        in_flight=int(in_flight),
        counts=_summed(minutes),
        last_error=_last_error(error),
        callers=_callers(client, entry, [*recent, *before], now_us),
    )


def _health(fields: dict[bytes, bytes]) -> Health | None:
    if not fields:
        return None
    return Health(
        is_well=fields[b"is_well"] == b"1",
        reason=fields[b"reason"].decode(),
        checked_at=float(fields[b"checked_at"]),
        checked_by=fields[b"checked_by"].decode(),
        milliseconds=int(fields[b"milliseconds"]),
    )


def _breakers(fields: dict[bytes, bytes], now_us: int) -> Counter[str]:
    """Count the processes by the state of their circuit; those that called lately only."""
    found: Counter[str] = Counter()
    for value in fields.values():
        state, _, told_ms = value.decode().rpartition("|")
        if now_us / 1000 - float(told_ms) < BREAKER_SECONDS_MAX * 1000:
            found[state] += 1
    return found


def _summed(minutes: list[dict[bytes, bytes]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fields in minutes:
        counts.update({name.decode(): int(value) for name, value in fields.items()})
    return counts


def _last_error(value: bytes | None) -> tuple[float, str] | None:
    if not value:
        return None
    told_ms, _, text = value.decode().partition("|")
    return float(told_ms) / 1000, text


def _callers(
    client: Any, entry: Registered[Any], scores: list[tuple[bytes, float]], now_us: int
) -> tuple[CallerShare, ...]:
    calls: Counter[str] = Counter()
    for name, score in scores:
        calls[name.decode()] += int(score)
    limits = entry.guard.limits
    shares = []
    for caller, count in calls.most_common(CALLERS_SHOWN):
        units, at = client.hmget(bucket_key(entry.provider.key, caller), "units", "at")
        left = limits.burst
        if units is not None and at is not None:
            filled = int(units) + max(now_us - int(at), 0) * limits.calls_per_minute
            left = min(filled // _UNITS_OF_A_TOKEN, limits.burst)
        shares.append(CallerShare(caller, count, left))
    return tuple(shares)
