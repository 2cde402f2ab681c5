# SPDX-License-Identifier: Apache-2.0
"""The bus of this installation, made when it is first asked for in this process."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cortex.events.bus import Bus
from cortex.events.bus.memory import InMemoryBus
from cortex.events.bus.redis_streams import RedisStreamsBus
from cortex.ports.registry import get
from cortex.ports.vault import Vault


@cache
def chosen_bus() -> Bus:
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

    options = {"bootstrap.servers": settings.KAFKA_BOOTSTRAP, **settings.KAFKA_OPTIONS}
    password = get(Vault).read_secret(name="KAFKA_SASL_PASSWORD")
    if password:
        options["sasl.password"] = password.reveal()
    return KafkaBus(options=options, topic=settings.KAFKA_TOPIC, replication=settings.KAFKA_REPLICATION)
