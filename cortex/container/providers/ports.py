# SPDX-License-Identifier: Apache-2.0
"""The capabilities behind the ports of the kernel: what is safe to repeat, and the usual limits."""

from cortex.container.providers.limits import Limits
from cortex.container.providers.provider import Capability
from cortex.ports.mail import Mail
from cortex.ports.storage import Storage
from cortex.ports.vault import Vault

VAULT = Capability(
    name="vault",
    port=Vault,
    operations={"read_secret": True},
    limits=Limits(calls_per_minute=60_000, burst=2_000, calls_in_flight_max=64, timeout_ms=3_000),
)
STORAGE = Capability(
    name="storage",
    port=Storage,
    # A file that was put twice is there twice.
    operations={"put": False, "read": True},
    limits=Limits(
        calls_per_minute=12_000,
        burst=1_000,
        calls_in_flight_max=64,
        timeout_ms=30_000,
        # It stands in the database, without which nothing goes: it is tried again as soon as that is back.
        failures_before_open=20,
        open_seconds=2,
    ),
)
MAIL = Capability(
    name="mail",
    port=Mail,
    # Whether a server that fell silent took the message over, nobody knows: the queue decides, not the guard.
    operations={"send": False},
    limits=Limits(
        calls_per_minute=120,
        burst=60,
        calls_in_flight_max=4,
        timeout_ms=30_000,
        open_seconds=30,
        # Nothing is lost by waiting, and servers shut out who sends too much.
        without_valkey="refuse",
    ),
)
