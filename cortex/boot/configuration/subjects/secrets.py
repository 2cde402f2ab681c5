# SPDX-License-Identifier: Apache-2.0
"""Where secrets are kept: a vault, a sealed file, or neither; nothing here is secret."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from cortex.boot.configuration.readers import OneOf, Place, Reader, Text, Unexpected, Whole
from cortex.boot.configuration.subjects.subject import Subject


@dataclass(frozen=True)
class Address(Reader):
    """`https://host:port` of a server, without a login; empty stands for none."""

    def read(self, given: object) -> str:
        """Return the address."""
        try:
            parts = urlsplit(given) if isinstance(given, str) else None
        except ValueError:
            parts = None
        is_one = parts is not None and parts.scheme in ("https", "http") and bool(parts.hostname)
        if given != "" and (parts is None or not is_one or "@" in parts.netloc or parts.query):
            raise Unexpected("https://HOST[:PORT] without a login")
        return str(given)


class Secrets(Subject):
    """The keepers, how to reach them, and how long what they gave may be kept."""

    sealed_file: Annotated[str, Place()] = Field("", alias="SEALED_SECRETS_FILE")
    sealed_identity: Annotated[str, Place()] = Field("", alias="SEALED_IDENTITY_FILE")
    vault_address: Annotated[str, Address()] = Field("", alias="VAULT_ADDR")
    vault_namespace: Annotated[str, Text()] = Field("", alias="VAULT_NAMESPACE")
    vault_ca_file: Annotated[str, Place()] = Field("", alias="VAULT_CACERT")
    vault_client_cert: Annotated[str, Place()] = Field("", alias="VAULT_CLIENT_CERT")
    vault_client_key: Annotated[str, Place()] = Field("", alias="VAULT_CLIENT_KEY")
    vault_auth: Annotated[str, OneOf(("approle", "kubernetes", "token"))] = Field(
        "approle", alias="VAULT_AUTH"
    )
    vault_auth_mount: Annotated[str, Text()] = Field("", alias="VAULT_AUTH_MOUNT")
    vault_role_id: Annotated[str, Text()] = Field("", alias="VAULT_ROLE_ID")
    vault_kubernetes_role: Annotated[str, Text()] = Field("", alias="VAULT_KUBERNETES_ROLE")
    kv_mount: Annotated[str, Text()] = Field("secret", alias="VAULT_KV_MOUNT")
    kv_path: Annotated[str, Text()] = Field("cortex", alias="VAULT_KV_PATH")
    transit_mount: Annotated[str, Text()] = Field("transit", alias="VAULT_TRANSIT_MOUNT")
    database_mount: Annotated[str, Text()] = Field("database", alias="VAULT_DATABASE_MOUNT")
    database_role: Annotated[str, Text()] = Field("", alias="VAULT_DATABASE_ROLE")
    database_owner_role: Annotated[str, Text()] = Field("", alias="VAULT_DATABASE_OWNER_ROLE")
    database_service_role: Annotated[str, Text()] = Field("", alias="VAULT_DATABASE_SERVICE_ROLE")
    timeout_seconds: Annotated[int, Whole(1)] = Field(3, alias="VAULT_TIMEOUT_SECONDS")
    cache_seconds: Annotated[int, Whole(1)] = Field(60, alias="SECRETS_CACHE_SECONDS")
    stale_seconds: Annotated[int, Whole()] = Field(3600, alias="SECRETS_STALE_SECONDS")

    @property
    def are_kept_elsewhere(self) -> bool:
        """Whether a keeper may hold what the environment does not."""
        return bool(self.sealed_file or self.vault_address)
