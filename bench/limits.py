# SPDX-License-Identifier: Apache-2.0
"""L1: decisions of the limiter, against plain PINGs over the same socket in the same run."""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import redis

from bench.report import table
from cortex.container.providers.gate import Gate, Outcome
from cortex.container.providers.limits import Limits
from cortex.container.providers.valkey import LimiterValkey
from cortex.embedded import valkey

ROUNDS, CALLS = 5, 2_000
_NEVER = Limits(calls_per_minute=6_000_000, burst=1_000_000, calls_in_flight_max=10_000, timeout_ms=60_000)
_ANSWERED = Outcome(is_answered=True, seconds=0.001, is_late=False, breaker="closed")


@dataclass(frozen=True, slots=True)
class LimitResults:
    """Calls a second, each the median of several rounds taken in turn."""

    pings: float
    decisions: float
    guarded_calls: float


def measure_limits() -> LimitResults:
    """Measure on a Valkey of its own, one process and one connection."""
    with tempfile.TemporaryDirectory() as directory:
        server = valkey.ensure_running(Path(directory) / "state")
        try:
            return _measured(server.url())
        finally:
            server.stop()


def _measured(url: str) -> LimitResults:
    way, client = LimiterValkey(url), redis.Redis.from_url(url)
    gate = Gate(name="bench", limits=_NEVER, valkey=lambda: way)
    works: dict[str, Callable[[], object]] = {
        "pings": client.ping,
        "decisions": lambda: way.run("take", keys=["bench"], arguments=[6_000_000, 1_000_000]),
        "guarded_calls": lambda: gate.leave(gate.enter(caller="bench"), _ANSWERED),
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rates[name].append(_rate(work))
    client.close()
    return LimitResults(**{name: statistics.median(found) for name, found in rates.items()})


def _rate(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        work()
    return CALLS / (time.perf_counter() - started)


def written() -> str:
    """Return the part of the page as Markdown."""
    results = measure_limits()
    rows = (
        ("PING", results.pings),
        ("one decision: a token of a caller", results.decisions),
        ("one guarded call: token, place, figures (two scripts)", results.guarded_calls),
    )
    shown = ((name, f"{rate:,.0f}", f"{rate / results.pings:.2f}") for name, rate in rows)
    return "\n".join(
        [
            "## The limiter against Valkey's own round trip\n",
            "One process, one connection over a Unix socket; medians of five rounds taken in turn.\n",
            table(("", "a second", "of PING"), shown),
        ]
    )
