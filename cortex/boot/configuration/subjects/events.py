# SPDX-License-Identifier: Apache-2.0
"""How events travel: the bus, its retries, and webhooks to other programs."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from cortex.boot.configuration.readers import Flag, OneOf, Place, Reader, Text, Unexpected, Whole
from cortex.boot.configuration.subjects.subject import Subject


@dataclass(frozen=True)
class Brokers(Reader):
    """`host:port` of servers, separated by commas, as everybody may see them; empty stands for none."""

    def read(self, given: object) -> str:
        """Return the text unchanged."""
        parts = given.split(",") if isinstance(given, str) and given else []
        if not isinstance(given, str) or not all(_is_server(part.strip()) for part in parts):
            raise Unexpected("HOST[:PORT] of each broker, separated by commas, without a login")
        return given


def _is_server(text: str) -> bool:
    # librdkafka takes a protocol in front, too.
    address = text.rpartition("://")[2]
    try:
        parts = urlsplit(f"//{address}")
        return bool(parts.hostname) and parts.port != 0 and parts.netloc == address and "@" not in address
    except ValueError:
        return False


def _bus_that_is_there(data: dict[str, Any]) -> str:
    return "kafka" if data["kafka_bootstrap"] else "redis"


class Events(Subject):
    """What carries events, and how long a delivery is tried."""

    kafka_bootstrap: Annotated[str, Brokers()] = Field("", alias="KAFKA_BOOTSTRAP")
    kafka_topic: Annotated[str, Text()] = Field("cortex.events", alias="KAFKA_TOPIC")
    kafka_replication: Annotated[int, Whole(1)] = Field(1, alias="KAFKA_REPLICATION")
    kafka_security_protocol: Annotated[str, Text()] = Field("", alias="KAFKA_SECURITY_PROTOCOL")
    kafka_sasl_mechanism: Annotated[str, Text()] = Field("", alias="KAFKA_SASL_MECHANISM")
    kafka_sasl_username: Annotated[str, Text()] = Field("", alias="KAFKA_SASL_USERNAME")
    kafka_ca_file: Annotated[str, Place()] = Field("", alias="KAFKA_CA_FILE")
    bus: Annotated[str, OneOf(("redis", "kafka", "memory"))] = Field(
        default_factory=_bus_that_is_there, alias="EVENT_BUS"
    )
    lease_seconds: Annotated[int, Whole(1)] = Field(30, alias="EVENT_LEASE_SECONDS")
    # With eight attempts and two seconds a delivery is given up after about four minutes.
    attempts_max: Annotated[int, Whole(1)] = Field(8, alias="EVENT_ATTEMPTS_MAX")
    backoff_seconds: Annotated[int, Whole()] = Field(2, alias="EVENT_BACKOFF_SECONDS")

    @property
    def kafka_options(self) -> dict[str, str]:
        """What is set, by librdkafka's names; the password comes from the vault."""
        options = {
            "security.protocol": self.kafka_security_protocol,
            "sasl.mechanism": self.kafka_sasl_mechanism,
            "sasl.username": self.kafka_sasl_username,
            "ssl.ca.location": self.kafka_ca_file,
        }
        return {option: value for option, value in options.items() if value}


class Webhooks(Subject):
    """Receivers inside the own network, and without TLS, are for tests and for those who know why."""

    private_addresses_allowed: Annotated[bool, Flag()] = Field(
        False, alias="WEBHOOK_PRIVATE_ADDRESSES_ALLOWED"
    )
    http_allowed: Annotated[bool, Flag()] = Field(False, alias="WEBHOOK_HTTP_ALLOWED")
    failures_max: Annotated[int, Whole(1)] = Field(50, alias="WEBHOOK_FAILURES_MAX")
