# SPDX-License-Identifier: Apache-2.0
"""Wires the secrets room."""

from django.apps import AppConfig


class SecretsConfig(AppConfig):
    """Owns the way to secrets, not the secrets."""

    name = "cortex.secrets"
    label = "secrets"
    verbose_name = "Secrets"

    def ready(self) -> None:
        """Bind the vault of this installation."""
        from cortex.container.providers.ports import VAULT
        from cortex.container.providers.registry import providers
        from cortex.ports import registry
        from cortex.ports.vault import Vault
        from cortex.secrets.environment_vault import environment_provider

        providers.register(environment_provider())
        registry.bind(Vault, providers.find(VAULT, versions=">=1,<2").adapter)
