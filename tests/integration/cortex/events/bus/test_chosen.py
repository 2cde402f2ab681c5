# SPDX-License-Identifier: Apache-2.0
"""The settings choose the bus; one that is away is told, and nothing is lost by it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from cortex.embedded.valkey import ValkeyServer
from cortex.events.bus import Bus, BusMustBeReachable, Message, Received, kafka
from cortex.events.bus.chosen import bus_provider, new_bus
from cortex.events.bus.guarded import GuardedBus
from cortex.events.bus.kafka import KafkaBus
from cortex.events.bus.memory import InMemoryBus
from cortex.events.bus.redis_streams import RedisStreamsBus
from cortex.ports.registry import get


class TestChosenBus:
    def test_is_called_under_limits_and_stays_the_same(self) -> None:
        bus = get(Bus)
        assert isinstance(bus, GuardedBus)
        assert isinstance(bus.bus, RedisStreamsBus)
        assert get(Bus) is bus


class TestNewBus:
    def test_is_redis_streams_by_default(self, settings: Settings, valkey_server: ValkeyServer) -> None:
        settings.REDIS_URL = valkey_server.url()
        assert settings.EVENT_BUS == "redis"
        bus = new_bus()
        assert isinstance(bus, RedisStreamsBus)
        bus_provider().health()
        bus.close()

    def test_is_memory_on_request(self, settings: Settings) -> None:
        settings.EVENT_BUS = "memory"
        assert isinstance(new_bus(), InMemoryBus)

    def test_is_kafka_with_a_password_from_the_vault(
        self, settings: Settings, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KAFKA_SASL_PASSWORD", "throw-away")
        settings.EVENT_BUS, settings.KAFKA_BOOTSTRAP = "kafka", kafka_bootstrap
        settings.KAFKA_OPTIONS = {"security.protocol": "PLAINTEXT"}
        bus = new_bus()
        assert isinstance(bus, KafkaBus)
        bus.create_log()
        bus.append(messages=[Message(1, "key", b"{}")])
        bus_provider().health()
        bus.close()

    def test_of_another_name_is_refused(self, settings: Settings) -> None:
        settings.EVENT_BUS = "pigeons"
        with pytest.raises(ImproperlyConfigured, match="expected redis, kafka or memory, got pigeons"):
            new_bus()


class TestKafkaThatDoesNotConfirm:
    def test_is_told_by_the_reader_itself_so_that_its_guard_knows(self, kafka_bus: KafkaBus) -> None:
        with kafka_bus.reader(subscriber="ledger", lane=1) as reader:
            # No offset that a broker would take.
            with pytest.raises(BusMustBeReachable, match="Kafka"):
                reader.acknowledge(received=[Received("-10", b"")])
            assert reader.receive(limit=1) == []


@pytest.mark.slow
class TestKafkaThatIsAway:
    def test_is_told_to_writers_and_readers(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for patience in ("CONFIRM_SECONDS_MAX", "FIRST_SECONDS_MAX"):
            monkeypatch.setattr(kafka, patience, 1.0)
        settings.EVENT_BUS = "memory"
        bus = KafkaBus(options={"bootstrap.servers": "127.0.0.1:1"}, topic="tests")
        with pytest.raises(BusMustBeReachable, match="Kafka"):
            bus.create_log()
        with pytest.raises(BusMustBeReachable, match="Kafka"):
            bus.append(messages=[Message(1, "key", b"{}")])
        with pytest.raises(BusMustBeReachable, match="Kafka"), bus.reader(subscriber="ledger", lane=1):
            raise AssertionError("unreachable")
        bus.close()
