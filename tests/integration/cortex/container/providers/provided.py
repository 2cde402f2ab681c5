# SPDX-License-Identifier: Apache-2.0
"""A capability and a provider for tests: it answers, fails or hangs as it is told."""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from cortex.container.providers.limits import Limits
from cortex.container.providers.provider import Capability, Interruption, Provider
from cortex.container.providers.registry import ProviderRegistry, Registered
from cortex.container.providers.versions import Version
from cortex.ids import uuid7

LIMITS = Limits(
    calls_per_minute=60,
    burst=100,
    calls_in_flight_max=5,
    timeout_ms=2_000,
    backoff_ms=1,
    failures_before_open=100,
    open_seconds=1,
)


class Oracle(Protocol):
    """Answers questions."""

    def ask(self, *, question: str) -> str: ...

    def tell(self, *, answer: str) -> None: ...


class ScriptedOracle:
    """Does the next of its deeds at each call; the last one for ever."""

    def __init__(self, *deeds: Callable[[], Any]) -> None:
        self.deeds, self.calls, self.threads = list(deeds), 0, list[str]()

    def ask(self, *, question: str) -> str:
        return self._next() or f"{question}? Yes."

    def tell(self, *, answer: str) -> None:
        self._next()

    def _next(self) -> Any:
        self.calls += 1
        self.threads.append(threading.current_thread().name)
        deed = self.deeds.pop(0) if len(self.deeds) > 1 else self.deeds[0]
        return deed()


def fails(error: Exception) -> Callable[[], Any]:
    def deed() -> Any:
        raise error

    return deed


def answers() -> None:
    """Let the oracle answer."""


def registered(
    oracle: Oracle,
    *,
    version: str = "1",
    name: str | None = None,
    registry: ProviderRegistry | None = None,
    interruption: Interruption = Interruption.ITSELF,
    uses_database: bool = False,
    **limits: Any,
) -> Registered[Oracle]:
    """Register an oracle under a name of its own, so that no other test shares its buckets."""
    capability = Capability(
        name="oracle",
        port=Oracle,
        operations={"ask": True, "tell": False},
        limits=LIMITS.model_copy(update=limits),
    )
    provider: Provider[Oracle] = Provider(
        capability=capability,
        name=name or f"scripted-{uuid7()}",
        version=Version.parse(version),
        adapter=lambda: oracle,
        health=lambda: None,
        interruption=interruption,
        uses_database=uses_database,
    )
    return (registry or ProviderRegistry()).register(provider)
