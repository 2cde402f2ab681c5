# SPDX-License-Identifier: Apache-2.0
"""Brokers for the whole session, and a clean bus of each kind for each test."""

from collections.abc import Callable, Iterator

import pytest
import redis

from cortex.embedded.valkey import ValkeyServer
from cortex.events.bus import Bus
from cortex.events.bus.kafka import KafkaBus
from cortex.events.bus.memory import InMemoryBus
from cortex.events.bus.redis_streams import RedisStreamsBus
from cortex.ids import uuid7
from tests.integration.cortex.events.brokers import own_kafka, own_valkey


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Return a Valkey of this session's own."""
    with own_valkey(tmp_path_factory.mktemp("valkey") / "state") as server:
        yield server


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """Return the address of a broker of this session's own."""
    with own_kafka() as address:
        yield address


@pytest.fixture
def redis_bus(valkey_server: ValkeyServer) -> Iterator[RedisStreamsBus]:
    """Return an empty bus on Valkey."""
    with redis.Redis.from_url(valkey_server.url()) as client:
        client.flushall()
    bus = RedisStreamsBus(valkey_server.url())
    bus.create_log()
    yield bus
    bus.close()


@pytest.fixture
def kafka_bus(kafka_bootstrap: str) -> Iterator[KafkaBus]:
    """Return an empty bus on a topic of its own."""
    bus = KafkaBus(options={"bootstrap.servers": kafka_bootstrap}, topic=f"tests.{uuid7()}")
    bus.create_log()
    yield bus
    bus.close()


@pytest.fixture(params=["memory", "redis", "kafka"])
def bus(request: pytest.FixtureRequest) -> Bus:
    """Return an empty bus of each kind in turn."""
    makers: dict[str, Callable[[], Bus]] = {
        "memory": InMemoryBus,
        "redis": lambda: request.getfixturevalue("redis_bus"),
        "kafka": lambda: request.getfixturevalue("kafka_bus"),
    }
    return makers[request.param]()
