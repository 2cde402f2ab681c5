# SPDX-License-Identifier: Apache-2.0
"""The events' part of the page."""

from collections.abc import Callable

from bench.databases import Place
from bench.events.measure import (
    HEAP,
    PACED,
    PER_SECOND,
    PER_TRANSACTION,
    BackendResults,
    measure_events,
)
from bench.events.replay import Replay
from bench.report import table
from bench.timing import percentile

_HOW = f"""{HEAP:,} events committed at once, {PER_TRANSACTION} in a transaction, give the rate: from the
first commit to the last row that the subscriber wrote, with every outbox row, lease, inbox entry and effect.
{PACED} single events at {PER_SECOND} a second give the latency, from the end of the commit to the subscriber.
Redis Streams and Kafka are served by two Celery workers and their schedule, so both figures hold the queue's
way as well; the Kafka protocol is spoken by the broker of the tests, which keeps its log in memory.
"""
_REPLAY = """One process replays {events:,} events to one subscriber: {hold:.1f} s to put them on hold, in one
statement, {deliver:,.0f} s to deliver them in batches of 500 rows, {rate:,.0f} events/s. Its memory was
{idle:.0f} MiB before and {peak:.0f} MiB at its peak.
"""


def written(*, place: Place, replayed: int, say: Callable[[str], None]) -> str:
    """Measure and return the section as Markdown."""
    results, replay = measure_events(place=place, replayed=replayed, say=say)
    head = ("", "events/s", "p50 ms", "p95 ms", "p99 ms")
    return "\n".join(
        [
            "## Events, from the commit to the subscriber\n",
            _HOW,
            table(head, map(_row, results)),
            "### Replay\n",
            _replayed(replay),
        ]
    )


def _row(result: BackendResults) -> tuple[str, ...]:
    shares = (percentile(result.latencies_ms, share) for share in (0.5, 0.95, 0.99))
    return (result.name, f"{result.per_second:,.0f}", *(f"{value:.1f}" for value in shares))


def _replayed(replay: Replay) -> str:
    return _REPLAY.format(
        events=replay.events,
        hold=replay.hold_seconds,
        deliver=replay.deliver_seconds,
        rate=replay.events / (replay.hold_seconds + replay.deliver_seconds),
        idle=replay.idle_mib,
        peak=replay.peak_mib,
    )
