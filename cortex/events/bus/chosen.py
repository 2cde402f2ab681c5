# SPDX-License-Identifier: Apache-2.0
"""The bus of this installation, called under limits; it is made when it is first used in this process."""

from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cortex.container.providers.provider import Interruption, Provider
from cortex.container.providers.registry import providers
from cortex.container.providers.versions import Version
from cortex.events.bus import Bus, BusMustBeReachable
from cortex.events.bus.guarded import BUS
from cortex.events.bus.memory import InMemoryBus
from cortex.events.bus.redis_streams import RedisStreamsBus
from cortex.ports.registry import get
from cortex.ports.vault import Vault

HEALTH_SECONDS_MAX = 3


def chosen_bus() -> Iterator[Bus]:
    """Yield the bus of this process, closed when the process ends; raises ImproperlyConfigured."""
    bus = providers.find(BUS, versions=">=1,<2").adapter
    yield bus
    bus.close()


def bus_provider() -> Provider[Bus]:
    """Return how the bus of the settings is called: each kind has timeouts of its own."""
    return Provider(
        capability=BUS,
        name=settings.EVENT_BUS,
        version=Version(1),
        adapter=new_bus,
        health=_answers,
        interruption=Interruption.ITSELF,
        unreachable=(BusMustBeReachable,),
    )


def new_bus() -> Bus:
    """Return the bus that EVENT_BUS names: redis, kafka or memory; raises ImproperlyConfigured."""
    match settings.EVENT_BUS:
        case "redis":
            return RedisStreamsBus(settings.REDIS_URL)
        case "kafka":
            return _kafka()
        case "memory":
            return InMemoryBus()
    raise ImproperlyConfigured(f"EVENT_BUS: expected redis, kafka or memory, got {settings.EVENT_BUS}.")


def _kafka() -> Bus:
    from cortex.events.bus.kafka import KafkaBus  # noqa: PLC0415 - loads librdkafka, only where it is used

    return KafkaBus(
        options=_kafka_options(), topic=settings.KAFKA_TOPIC, replication=settings.KAFKA_REPLICATION
    )


def _kafka_options() -> dict[str, Any]:
    options = {"bootstrap.servers": settings.KAFKA_BOOTSTRAP, **settings.KAFKA_OPTIONS}
    password = get(Vault).read_secret(name="KAFKA_SASL_PASSWORD")
    if password:
        options["sasl.password"] = password.reveal()
    return options


def _answers() -> None:
    """Ask the broker whether it is there; raises what its library raises."""
    if settings.EVENT_BUS == "redis":
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=HEALTH_SECONDS_MAX) as client:
            client.ping()
    elif settings.EVENT_BUS == "kafka":
        from confluent_kafka.admin import AdminClient  # noqa: PLC0415 - only where Kafka is the bus

        AdminClient({**_kafka_options(), "log_level": "0"}).list_topics(timeout=HEALTH_SECONDS_MAX)
