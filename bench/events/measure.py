# SPDX-License-Identifier: Apache-2.0
"""Each backend in turn: a heap of events for the rate, single ones at a steady pace for the latency."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from uuid import UUID

import bench.counting.subscribers  # noqa: F401 - registers the subscriber
from bench.databases import STATE, Place
from bench.events.carriers import this_process, workers
from bench.events.effects import Effects
from bench.events.publishing import Measured, publish
from bench.events.replay import Replay, measure_replay
from cortex.ports.principal import Principal
from cortex.schemas.event_registration import register_events
from cortex.tenancy.companies import create_company
from tests.integration.cortex.events.brokers import own_kafka

HEAP, PER_TRANSACTION = 5_000, 50
PACED, PER_SECOND = 300, 25
WARM_UP = 200
SECONDS_MAX = 300.0
Carrier = Callable[[], AbstractContextManager[Callable[[], None]]]


@dataclass(frozen=True, slots=True)
class BackendResults:
    """What one backend reached; latencies from the commit to the subscriber, in milliseconds."""

    name: str
    per_second: float
    latencies_ms: list[float]


def measure_events(
    *, place: Place, replayed: int, say: Callable[[str], None]
) -> tuple[list[BackendResults], Replay]:
    """Measure every backend, and the replay."""
    register_events(classes=[Measured])
    effects, results = Effects(place), []
    company_id = create_company(code="EVENTS", name="Events", created_by=Principal.service("console")).id
    for name, carrier in _carriers().items():
        say(f"events over {name}")
        results.append(_measured(name, carrier, company_id, effects))
        effects.settle()
    say(f"replay of {replayed:,} events")
    return results, measure_replay(company_id=company_id, effects=effects, count=replayed)


def _carriers() -> dict[str, Carrier]:
    state = STATE.resolve()

    @contextmanager
    def redis() -> Iterator[Callable[[], None]]:
        with workers(directory=state, variables={"EVENT_BUS": "redis"}) as idle:
            yield idle

    @contextmanager
    def kafka() -> Iterator[Callable[[], None]]:
        topic = f"bench.{os.getpid()}"
        with own_kafka() as address:
            chosen = {"EVENT_BUS": "kafka", "KAFKA_BOOTSTRAP": address, "KAFKA_TOPIC": topic}
            with workers(directory=state, variables=chosen) as idle:
                yield idle

    return {
        "memory, one process": this_process,
        "Redis Streams, two workers": redis,
        "Kafka protocol, two workers": kafka,
    }


def _measured(name: str, carrier: Carrier, company_id: UUID, effects: Effects) -> BackendResults:
    with carrier() as idle:
        effects.clear()
        publish(company_id=company_id, numbers=range(WARM_UP))
        effects.await_count(WARM_UP, seconds=SECONDS_MAX, meanwhile=idle)
        effects.clear()
        # First: behind the heap they would wait for it.
        committed = {number: _publish_one(company_id, number) for number in range(PACED)}
        effects.await_count(PACED, seconds=SECONDS_MAX, meanwhile=idle)
        received = effects.received()
        effects.clear()
        start = time.time()
        for first in range(0, HEAP, PER_TRANSACTION):
            publish(company_id=company_id, numbers=range(first, first + PER_TRANSACTION))
        effects.await_count(HEAP, seconds=SECONDS_MAX, meanwhile=idle)
        per_second = HEAP / (max(effects.received().values()) - start)
    latencies = [max(received[number] - at, 0.0) * 1000 for number, at in committed.items()]
    return BackendResults(name, per_second, latencies)


def _publish_one(company_id: UUID, number: int) -> float:
    """Publish one event and return when its commit had ended; then keep the pace."""
    start = time.time()
    publish(company_id=company_id, numbers=[number])
    committed_at = time.time()
    time.sleep(max(start + 1 / PER_SECOND - time.time(), 0.0))
    return committed_at
