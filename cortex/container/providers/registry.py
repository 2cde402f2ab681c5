# SPDX-License-Identifier: Apache-2.0
"""Which providers this process knows, and the one that answers for a capability."""

import threading
from typing import Any, Generic, TypeVar, cast

from cortex.container.providers.errors import ProviderMustBeRegistered, ProviderMustBeRegisteredOnce
from cortex.container.providers.guard import Guard
from cortex.container.providers.limits import limits_in_force
from cortex.container.providers.provider import Capability, Provider
from cortex.container.providers.proxy import checked_operations, guarded
from cortex.container.providers.versions import VersionRange

P = TypeVar("P")


class Registered(Generic[P]):
    """A provider with its guard; the adapter is made when it is first used."""

    def __init__(self, provider: Provider[P]) -> None:
        capability = provider.capability
        limits = limits_in_force(capability=capability.name, name=provider.name, defaults=capability.limits)
        self.provider, self.guard = provider, Guard(provider=provider, limits=limits)
        self._lock = threading.Lock()
        self._adapter: P | None = None

    @property
    def adapter(self) -> P:
        """Return the adapter inside its guard, always the same."""
        with self._lock:
            if self._adapter is None:
                self._adapter = guarded(
                    capability=self.provider.capability, adapter=self.provider.adapter(), guard=self.guard
                )
            return self._adapter


class ProviderRegistry:
    """The providers of one process."""

    def __init__(self) -> None:
        self._registered: dict[tuple[str, str, str], Registered[Any]] = {}

    def register(self, provider: Provider[P]) -> Registered[P]:
        """Make the provider known; it is called only when somebody asks for its capability.

        Raises: ProviderMustBeRegisteredOnce, OperationMustBeDeclared, ImproperlyConfigured.
        """
        checked_operations(provider.capability)
        key = (provider.capability.name, provider.name, str(provider.version))
        if key in self._registered:
            raise ProviderMustBeRegisteredOnce(
                f"Provider {provider.key} {provider.version}: registered already.",
                evidence={"object": provider.key, "got": str(provider.version)},
            )
        self._registered[key] = Registered(provider)
        return self._registered[key]

    def find(self, capability: Capability[P], *, versions: str = "") -> Registered[P]:
        """Return the newest provider of the capability in the range `versions`, such as `>=1.2,<2`.

        Raises: ProviderMustBeRegistered, VersionMustBeReadable.
        """
        wanted = VersionRange.parse(versions)
        there = [entry for entry in self.all() if entry.provider.capability.name == capability.name]
        fitting = [entry for entry in there if entry.provider.version in wanted]
        if not fitting:
            known = [f"{entry.provider.name} {entry.provider.version}" for entry in there]
            raise ProviderMustBeRegistered(
                f"Capability {capability.name}: expected a provider of version {wanted}, "
                f"got {', '.join(known) or 'none'}. Register one in the AppConfig of its room.",
                evidence={"object": capability.name, "expected": str(wanted), "got": known},
            )
        return cast(Registered[P], max(fitting, key=lambda entry: entry.provider.version))

    def all(self) -> list[Registered[Any]]:
        """Return every provider, by capability and name, the newest version first."""
        newest_first = sorted(
            self._registered.values(), key=lambda entry: entry.provider.version, reverse=True
        )
        return sorted(newest_first, key=lambda entry: entry.provider.key)

    def names(self) -> dict[str, frozenset[str]]:
        """Return the names of the providers of each capability."""
        found: dict[str, set[str]] = {}
        for entry in self._registered.values():
            found.setdefault(entry.provider.capability.name, set()).add(entry.provider.name)
        return {capability: frozenset(names) for capability, names in found.items()}


providers = ProviderRegistry()
