# SPDX-License-Identifier: Apache-2.0
"""Where the secrets of this installation are, as the settings say; nothing here is secret."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

AuthMethod = Literal["approle", "kubernetes", "token"]


@dataclass(frozen=True, kw_only=True)
class SealedFileOptions:
    """A sealed file and the identity that opens it."""

    path: Path
    identity_path: Path


@dataclass(frozen=True, kw_only=True)
class VaultOptions:
    """An OpenBao or HashiCorp Vault, and what of it is ours.

    The credentials themselves (VAULT_SECRET_ID, VAULT_TOKEN, VAULT_KUBERNETES_TOKEN) are read
    at each login, so that rotated ones count. `database_roles` are pairs of alias and the vault's role.
    """

    address: str
    namespace: str = ""
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    auth: AuthMethod = "approle"
    auth_mount: str = ""
    role_id: str = ""
    kubernetes_role: str = ""
    kv_mount: str = "secret"
    kv_path: str = "cortex"
    transit_mount: str = "transit"
    database_mount: str = "database"
    database_roles: tuple[tuple[str, str], ...] = ()
    timeout_seconds: float = 3.0


@dataclass(frozen=True, kw_only=True)
class SecretsOptions:
    """All of it. A value of the vault is taken as it is for `cache_seconds`, and for `stale_seconds` more
    while the vault does not answer.
    """

    sealed: SealedFileOptions | None = None
    vault: VaultOptions | None = None
    cache_seconds: float = 60.0
    stale_seconds: float = 3600.0
