# SPDX-License-Identifier: Apache-2.0
"""The keepers of secrets as providers: each call to one is guarded, and what was kept is not a call."""

from collections.abc import Callable

from cortex.container.providers.ports import VAULT
from cortex.container.providers.provider import Interruption, Provider
from cortex.container.providers.registry import ProviderRegistry
from cortex.container.providers.versions import Version
from cortex.ports.vault import Vault, VaultMustBeReachable
from cortex.secrets.environment_vault import environment_provider


def guarded_by(providers: ProviderRegistry) -> Callable[[str, Vault, Callable[[], None]], Vault]:
    """Return the function that registers a keeper by its name and gives it back inside its guard."""

    def guard(name: str, vault: Vault, health: Callable[[], None]) -> Vault:
        if name == "environment":
            return providers.register(environment_provider()).adapter
        provider = Provider(
            capability=VAULT,
            name=name,
            version=Version(1),
            adapter=lambda: vault,
            health=health,
            # hvac is given a timeout for connecting and one for reading.
            interruption=Interruption.ITSELF,
            unreachable=(VaultMustBeReachable,),
        )
        return providers.register(provider).adapter

    return guard
