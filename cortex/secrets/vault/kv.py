# SPDX-License-Identifier: Apache-2.0
"""Secrets with versions: KV version 2, one path for each name, the text in the field `value`."""

from collections.abc import Callable
from dataclasses import dataclass

import hvac
from hvac import exceptions

from cortex.confidential import Secret
from cortex.secrets.vault.errors import SecretMustBeUnchanged
from cortex.secrets.vault.session import VaultSession

FIELD = "value"


@dataclass(frozen=True, slots=True)
class VersionedSecret:
    """One version of a secret."""

    secret: Secret
    version: int


class KvVault:
    """Asks at each call; `CachedVault` keeps what it gives."""

    def __init__(self, session: VaultSession) -> None:
        self._session = session

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the latest version; raises VaultMustBeReachable, VaultMustPermit."""
        found = self.read_version(name=name)
        return found.secret if found else None

    def read_version(self, *, name: str, version: int | None = None) -> VersionedSecret | None:
        """Return one version, the latest by default; None if there is none (any more)."""

        def read(client: hvac.Client) -> VersionedSecret | None:
            try:
                answer = client.secrets.kv.v2.read_secret_version(
                    path=self._path(name),
                    version=version,
                    mount_point=self._session.options.kv_mount,
                    raise_on_deleted_version=True,
                )["data"]
            except exceptions.InvalidPath:
                return None
            text = answer["data"].get(FIELD)
            return VersionedSecret(Secret(str(text)), answer["metadata"]["version"]) if text else None

        return self._session.call(read, what=self._what("read", name))

    def write_secret(self, *, name: str, secret: Secret, version: int) -> int:
        """Write the version after `version` (0 for the first) and return its number.

        Raises: SecretMustBeUnchanged, when somebody else wrote that one; nothing is overwritten.
        """
        return self._session.call(self._writing(name, secret, version), what=self._what("write", name))

    def _writing(self, name: str, secret: Secret, version: int) -> Callable[[hvac.Client], int]:
        def write(client: hvac.Client) -> int:
            try:
                answer = client.secrets.kv.v2.create_or_update_secret(
                    path=self._path(name),
                    secret={FIELD: secret.reveal()},
                    cas=version,
                    mount_point=self._session.options.kv_mount,
                )
            except exceptions.InvalidRequest:
                raise SecretMustBeUnchanged(
                    f"Secret {name}: expected version {version} to be the latest, and it is not. "
                    "Read it again.",
                    evidence={"object": name, "expected": version, "remedy": "read it again"},
                ) from None
            return int(answer["data"]["version"])

        return write

    def _path(self, name: str) -> str:
        return f"{self._session.options.kv_path}/{name}"

    def _what(self, verb: str, name: str) -> str:
        return f"{verb} {self._session.options.kv_mount}/data/{self._path(name)}"
