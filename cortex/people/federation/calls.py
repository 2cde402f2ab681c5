# SPDX-License-Identifier: Apache-2.0
"""Guards of the calls to sign-in providers: a slow one holds few of our threads, and soon none."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import requests

from cortex.container.providers.limits import Limits
from cortex.container.providers.provider import Capability, Interruption, Provider
from cortex.container.providers.registry import ProviderRegistry, Registered
from cortex.container.providers.versions import Version
from cortex.identity.federation import providers as configuration
from cortex.identity.federation.providers import FederationMustBeWellFormed, configured_providers
from cortex.people.federation.connections import TOTAL_SECONDS_MAX, BoundedSession

DISCOVERY = "/.well-known/openid-configuration"


class Calls(Protocol):
    """What is asked of a provider."""

    def ask(self, *, send: Callable[[], requests.Response]) -> requests.Response:
        """Send one request and return the answer."""
        ...


FEDERATION = Capability(
    name="federation",
    port=Calls,
    # A code is taken once: asked again, the provider may take all that it gave away back.
    operations={"ask": False},
    limits=Limits(
        calls_per_minute=600,
        burst=120,
        # Threads of the web process wait here, for people who are not signed in: two at most, nobody queues.
        calls_in_flight_max=2,
        timeout_ms=TOTAL_SECONDS_MAX * 1000,
        attempts_max=1,
        failures_before_open=3,
        open_seconds=30,
    ),
)


class GuardedSession(BoundedSession):
    """A session whose calls the guard of the provider lets through; raises CallRefused where it does not."""

    def __init__(self, *, provider: configuration.Provider) -> None:
        super().__init__(ca_file=provider.ca_file)
        self._calls = _registered(provider.id).adapter

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """Ask, unless the provider is left alone or has enough to answer."""
        bounded = super().request
        return self._calls.ask(send=lambda: bounded(method, url, *args, **options))


def register_configured(registry: ProviderRegistry) -> None:
    """Show the configured providers among all others; what is wrong with them is told where they are used."""
    with suppress(FederationMustBeWellFormed):
        for each in configured_providers():
            _known[each.id] = registry.register(_guarded_provider(each.id))


class _AsSent:
    def ask(self, *, send: Callable[[], requests.Response]) -> requests.Response:
        return send()


_known: dict[str, Registered[Calls]] = {}
_lock = threading.Lock()


def _registered(provider_id: str) -> Registered[Calls]:
    with _lock:
        if provider_id not in _known:
            # Of a configuration that changed since the start: guarded as well, though on no page.
            _known[provider_id] = Registered(_guarded_provider(provider_id))
        return _known[provider_id]


def _guarded_provider(provider_id: str) -> Provider[Calls]:
    def health() -> None:
        provider = configuration.provider_with_id(provider_id=provider_id)
        # Not through the guard: looking whether it is well takes nobody's place.
        with BoundedSession(ca_file=provider.ca_file) as session:
            session.document(provider.issuer + DISCOVERY)

    return Provider(
        capability=FEDERATION,
        name=provider_id,
        version=Version(1),
        adapter=_AsSent,
        health=health,
        interruption=Interruption.DEADLINE,
        unreachable=(requests.ConnectionError, requests.Timeout),
    )
