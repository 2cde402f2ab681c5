# SPDX-License-Identifier: Apache-2.0
"""The keepers as the configuration describes them, asked for the keys that a process starts with."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from cortex.boot.configuration.errors import ConfigurationRefused, ValueMustBeGiven, refusal
from cortex.boot.configuration.subjects.secrets import Secrets
from cortex.confidential import Secret
from cortex.errors import CortexError
from cortex.secrets.chosen import opened
from cortex.secrets.options import AuthMethod, SealedFileOptions, SecretsOptions, VaultOptions


def reader(kept: Secrets) -> Callable[[str], Secret | None]:
    """Return what reads a key from the keepers; raises ConfigurationRefused when they cannot be asked."""
    vault = opened(options_of(kept)).vault()

    def read(name: str) -> Secret | None:
        try:
            return vault.read_secret(name=name)
        except CortexError as error:
            expected = "a secret that can be read"
            raise refusal(ConfigurationRefused, name, expected=expected, remedy=error.message) from None

    return read


def options_of(kept: Secrets) -> SecretsOptions:
    """Return where secrets are kept; raises ConfigurationRefused for half of a keeper."""
    sealed, address = None, kept.vault_address
    if kept.sealed_file:
        identity = _given("SEALED_IDENTITY_FILE", kept.sealed_identity)
        sealed = SealedFileOptions(path=Path(kept.sealed_file), identity_path=Path(identity))
    return SecretsOptions(
        sealed=sealed,
        vault=_vault(kept, address) if address else None,
        cache_seconds=kept.cache_seconds,
        stale_seconds=kept.stale_seconds,
    )


def _vault(kept: Secrets, address: str) -> VaultOptions:
    if kept.vault_auth == "approle":
        _given("VAULT_ROLE_ID", kept.vault_role_id)
    if kept.vault_auth == "kubernetes":
        _given("VAULT_KUBERNETES_ROLE", kept.vault_kubernetes_role)
    roles = {
        "default": kept.database_role,
        "owner": kept.database_owner_role,
        "service": kept.database_service_role,
    }
    return VaultOptions(
        address=address,
        namespace=kept.vault_namespace,
        ca_file=kept.vault_ca_file,
        client_certificate=kept.vault_client_cert,
        client_key=kept.vault_client_key,
        auth=cast(AuthMethod, kept.vault_auth),
        auth_mount=kept.vault_auth_mount,
        role_id=kept.vault_role_id,
        kubernetes_role=kept.vault_kubernetes_role,
        kv_mount=kept.kv_mount,
        kv_path=kept.kv_path,
        transit_mount=kept.transit_mount,
        database_mount=kept.database_mount,
        database_roles=tuple((alias, role) for alias, role in roles.items() if role),
        timeout_seconds=kept.timeout_seconds,
    )


def _given(name: str, value: str) -> str:
    if not value:
        raise refusal(ValueMustBeGiven, name, expected="a value, got none", remedy=f"Set {name}.")
    return value
