# SPDX-License-Identifier: Apache-2.0
"""The keepers of this installation, opened once for each process and whenever they are first needed.

The settings ask here before Django is set up, for the keys that Django itself starts with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from cortex.ports.database_logins import DatabaseLogins
from cortex.ports.key_management import KeyInventory, KeyManagement, KeyVersion
from cortex.ports.vault import Vault
from cortex.secrets.cached_vault import CachedVault
from cortex.secrets.chained_vault import ChainedVault
from cortex.secrets.environment_vault import EnvironmentVault
from cortex.secrets.health import SecretsHealth
from cortex.secrets.options import SealedFileOptions, SecretsOptions, VaultOptions
from cortex.secrets.our_keys import OUR_KEYS

Guard = Callable[[str, Vault, Callable[[], None]], Vault]
ENVIRONMENT, VAULT, SEALED_FILE = "environment", "vault", "sealed_file"


@dataclass(slots=True)
class Keepers:
    """What the options lead to; vaults and keys are in the order in which they are asked."""

    options: SecretsOptions
    vaults: dict[str, Vault] = field(default_factory=lambda: {ENVIRONMENT: EnvironmentVault()})
    keys: dict[str, KeyManagement] = field(default_factory=dict)
    inventories: dict[str, Callable[[], Sequence[KeyVersion]]] = field(default_factory=dict)
    health: SecretsHealth = field(default_factory=SecretsHealth)
    database_logins: DatabaseLogins | None = None
    give_back: Callable[[], None] = lambda: None

    def vault(self, *, guard: Guard | None = None) -> Vault:
        """Return all vaults as one, each inside its guard where one is given."""
        guarded = {
            name: guard(name, vault, self.health.check_of(name)) if guard else vault
            for name, vault in self.vaults.items()
        }
        return ChainedVault([self._kept(name, vault) for name, vault in guarded.items()])

    def _kept(self, name: str, vault: Vault) -> Vault:
        """Keep what comes over the network, outside of the guard: an open circuit takes nothing away."""
        if name != VAULT:
            return vault
        times = self.options
        return CachedVault(vault, cache_seconds=times.cache_seconds, stale_seconds=times.stale_seconds)


@cache
def opened(options: SecretsOptions) -> Keepers:
    """Return the keepers of these options; nothing is asked of them yet."""
    keepers = Keepers(options)
    if options.vault is not None:
        _open_vault(options.vault, keepers)
    if options.sealed is not None:
        _open_sealed_file(options.sealed, keepers)
    return keepers


def keys_of(keepers: Keepers, *, secret_key: str, fallbacks: Sequence[str]) -> KeyManagement:
    """Return the key management; keys that follow from SECRET_KEY come last, for what they once made."""
    from cortex.secrets.keyring.by_keeper import KeyManagementByKeeper  # noqa: PLC0415 - loads cryptography
    from cortex.secrets.keyring.installation import InstallationKeys  # noqa: PLC0415
    from cortex.secrets.keyring.local import LocalKeyManagement  # noqa: PLC0415

    own = InstallationKeys(secret_key=secret_key, fallbacks=fallbacks)
    return KeyManagementByKeeper({**keepers.keys, own.keeper: LocalKeyManagement(own)})


def inventory_of(keepers: Keepers, *, secret_key: str, fallbacks: Sequence[str]) -> KeyInventory:
    """Return what looks through all of them, those keys included that follow from SECRET_KEY."""
    from cortex.secrets.keyring.installation import InstallationKeys  # noqa: PLC0415 - loads cryptography
    from cortex.secrets.keyring.inventory import InventoryByKeeper, local_inventory  # noqa: PLC0415

    own = InstallationKeys(secret_key=secret_key, fallbacks=fallbacks)
    of_own = local_inventory(own, names=lambda: OUR_KEYS)
    return InventoryByKeeper({**keepers.inventories, own.keeper: of_own})


def _open_vault(options: VaultOptions, keepers: Keepers) -> None:
    from cortex.secrets.vault.database_logins import VaultDatabaseLogins  # noqa: PLC0415 - hvac, where used
    from cortex.secrets.vault.keeper import Keeper  # noqa: PLC0415
    from cortex.secrets.vault.kv import KvVault  # noqa: PLC0415
    from cortex.secrets.vault.session import VaultSession  # noqa: PLC0415
    from cortex.secrets.vault.transit import KEEPER, TransitKeyManagement  # noqa: PLC0415
    from cortex.secrets.vault.transit_inventory import transit_inventory  # noqa: PLC0415

    session = VaultSession(options)
    logins = VaultDatabaseLogins(session)
    keeper = Keeper(session, logins)
    session.when_logged_in(keeper.ensure_running)
    keepers.give_back = keeper.close
    keepers.vaults[VAULT] = KvVault(session)
    keepers.keys[KEEPER] = keys = TransitKeyManagement(session)
    keepers.inventories[KEEPER] = transit_inventory(keys, names=OUR_KEYS)
    keepers.health.watch(VAULT, session.check)
    keepers.database_logins = logins


def _open_sealed_file(options: SealedFileOptions, keepers: Keepers) -> None:
    from cortex.secrets.keyring.inventory import local_inventory  # noqa: PLC0415 - pyrage, where used
    from cortex.secrets.keyring.local import LocalKeyManagement  # noqa: PLC0415
    from cortex.secrets.sealed.sealed_file import SealedFile  # noqa: PLC0415
    from cortex.secrets.sealed.vault import SealedVault  # noqa: PLC0415

    vault = SealedVault(SealedFile(path=options.path, identity_path=options.identity_path))
    keepers.vaults[SEALED_FILE] = vault
    keepers.keys[vault.keeper] = LocalKeyManagement(vault)
    keepers.inventories[vault.keeper] = local_inventory(vault, names=vault.key_ids)
    keepers.health.watch(SEALED_FILE, vault.check)
