# SPDX-License-Identifier: Apache-2.0
"""A keeper of keys that is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from cortex.container.override import override
from cortex.ports.key_management import Context, DataKey, KeyManagement
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.open_keys import open_keys


class AbsentKeeper:
    """A keeper of keys that does not answer."""

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        raise VaultMustBeReachable("Vault: expected an answer, got none.")

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        raise VaultMustBeReachable("Vault: expected an answer, got none.")

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        raise VaultMustBeReachable("Vault: expected an answer, got none.")

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        raise VaultMustBeReachable("Vault: expected an answer, got none.")


@contextmanager
def keeper_away() -> Iterator[None]:
    """Let the keeper not answer, nor the process remember."""
    open_keys.forget()
    with override(KeyManagement, AbsentKeeper()):  # type: ignore[arg-type]
        yield
