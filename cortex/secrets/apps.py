# SPDX-License-Identifier: Apache-2.0
"""Wires the secrets room."""

from urllib.parse import unquote, urlsplit

from django.apps import AppConfig
from django.conf import settings


class SecretsConfig(AppConfig):
    """Owns the way to secrets, not the secrets."""

    name = "cortex.secrets"
    label = "secrets"
    verbose_name = "Secrets"

    def ready(self) -> None:
        """Bind the keepers of this installation, and keep what they gave out of whatever is written."""
        import cortex.secrets.hooks  # noqa: F401 - declares the end
        from cortex.confidential import remember
        from cortex.container.providers.registry import providers
        from cortex.ports import registry
        from cortex.ports.database_logins import DatabaseLogins
        from cortex.ports.keepers import KeepersHealth
        from cortex.ports.key_management import KeyInventory, KeyManagement
        from cortex.ports.vault import Vault
        from cortex.secrets.actions import declare_actions
        from cortex.secrets.chosen import inventory_of, keys_of, opened
        from cortex.secrets.key_uses import USES
        from cortex.secrets.keyring.watched import WatchedKeys
        from cortex.secrets.messages import guard_messages
        from cortex.secrets.providers import guarded_by

        remember(*_secrets_of_settings(), is_lasting=True)
        keepers = opened(settings.SECRETS)
        registry.bind(Vault, keepers.vault(guard=guarded_by(providers)))
        registry.bind(KeepersHealth, keepers.health)
        secret_key, fallbacks = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
        keys = keys_of(keepers, secret_key=secret_key, fallbacks=fallbacks)
        registry.bind(KeyManagement, WatchedKeys(keys, note=USES.note))
        registry.bind(KeyInventory, inventory_of(keepers, secret_key=secret_key, fallbacks=fallbacks))
        declare_actions()
        if keepers.database_logins is not None:
            registry.bind(DatabaseLogins, keepers.database_logins)
        guard_messages()


def _secrets_of_settings() -> list[str]:
    """Return what the settings hold in the open: libraries want it there."""
    passwords = [str(alias.get("PASSWORD") or "") for alias in settings.DATABASES.values()]
    broker = unquote(urlsplit(settings.REDIS_URL).password or "")
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, *passwords, broker]
