# SPDX-License-Identifier: Apache-2.0
"""A broker that comes back without its log: the outbox makes up for it before anything new is sent."""

import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
import redis
from confluent_kafka.admin import AdminClient

from cortex.embedded.valkey import ValkeyServer
from cortex.events import subscribers
from cortex.events.bus import Bus, BusMustBeReachable, Message
from cortex.events.bus.kafka import KafkaBus
from cortex.events.bus.redis_streams import RedisStreamsBus
from cortex.events.deliver import deliver
from cortex.events.lanes import EVERY_LANE
from cortex.events.leases import claim_lease, release_lease
from cortex.events.relay import relay, waiting_events
from cortex.ids import uuid7
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.integration.cortex.events.publishing import Recorder, publish

Lose = Callable[[], None]
SECONDS_MAX = 60.0
ANSWERED_SECONDS = 0.5


@pytest.fixture
def people(committed_database: Clone) -> Cast:
    return cast()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Return a subscriber that the installation knows."""
    made = Recorder()
    monkeypatch.setattr(subscribers, "_registered", {made.subscriber.name: made.subscriber})
    return made


@pytest.fixture(params=["redis", "kafka"])
def losing(request: pytest.FixtureRequest) -> tuple[Bus, Lose]:
    """Return a bus, and what makes its broker lose everything."""
    if request.param == "redis":
        server: ValkeyServer = request.getfixturevalue("valkey_server")
        bus: RedisStreamsBus = request.getfixturevalue("redis_bus")

        def flush() -> None:
            with redis.Redis.from_url(server.url()) as client:
                client.flushall()

        return bus, flush
    kafka: KafkaBus = request.getfixturevalue("kafka_bus")
    admin = AdminClient({"bootstrap.servers": request.getfixturevalue("kafka_bootstrap")})

    def delete() -> None:
        # librdkafka 2.16 reads memory that is not there where this broker answers a fetch under way with the
        # leader of a topic that is gone. The last fetch of an idle consumer waits 20 ms for messages.
        time.sleep(ANSWERED_SECONDS)
        admin.delete_topics([kafka._topic])[kafka._topic].result(10)

    return kafka, delete


def bring(bus: Bus, recorder: Recorder, *, until: int) -> None:
    """Relay and deliver as the schedule does, again and again, until so many notes have come."""
    deadline = time.monotonic() + SECONDS_MAX
    while len(recorder.notes) < until and time.monotonic() < deadline:
        with suppress(BusMustBeReachable):
            relay(bus=bus)
            deliver(bus=bus, subscriber=recorder.subscriber, lanes=EVERY_LANE)


def publish_all(company_id: UUID, notebook: UUID, *numbers: int) -> None:
    publish(company_id, *((notebook, number) for number in numbers))


class TestLostLog:
    def test_costs_no_event_and_no_order(
        self, people: Cast, recorder: Recorder, losing: tuple[Bus, Lose]
    ) -> None:
        (bus, lose), notebook, company_id = losing, uuid7(), people.company.id
        publish_all(company_id, notebook, 0, 1, 2)
        bring(bus, recorder, until=3)
        publish_all(company_id, notebook, 3, 4)
        relay(bus=bus)
        assert waiting_events() == 0
        lose()
        publish_all(company_id, notebook, 5, 6)
        bring(bus, recorder, until=7)
        publish_all(company_id, notebook, 7)
        bring(bus, recorder, until=8)
        assert recorder.numbers(notebook) == list(range(8))

    def test_is_not_made_anew_by_a_writer_or_a_reader(
        self, redis_bus: RedisStreamsBus, valkey_server: ValkeyServer
    ) -> None:
        with redis.Redis.from_url(valkey_server.url()) as client:
            client.flushall()
        with pytest.raises(BusMustBeReachable):
            redis_bus.append(messages=[Message(3, "key", b"{}")])
        with redis_bus.reader(subscriber="ledger", lane=3) as reader:
            assert reader.receive(limit=1) == []
        assert redis_bus.log_id() is None

    def test_waits_for_a_relay_that_still_sends(
        self, people: Cast, recorder: Recorder, losing: tuple[Bus, Lose]
    ) -> None:
        bus, lose = losing
        publish_all(people.company.id, uuid7(), 1)
        relay(bus=bus)
        lose()
        busy = claim_lease(name="relay:3")
        assert busy is not None
        publish_all(people.company.id, uuid7(), 2)
        assert relay(bus=bus) == []
        assert waiting_events() == 1
        release_lease(busy)
        bring(bus, recorder, until=2)
        assert sorted(number for _, number in recorder.notes) == [1, 2]
