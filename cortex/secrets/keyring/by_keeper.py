# SPDX-License-Identifier: Apache-2.0
"""Several keepers in one installation: new work goes to the first, old work to whoever made it."""

from collections.abc import Mapping

from cortex.ports.key_management import Context, DataKey, KeyManagement, PublicKey
from cortex.secrets.keyring.named import Named, not_intact


class KeyManagementByKeeper:
    """An installation that moves from a sealed file into a vault goes on reading what it has."""

    def __init__(self, keepers: Mapping[str, KeyManagement]) -> None:
        self._keepers = keepers
        self._first = next(iter(keepers.values()))

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        """Encrypt with the first keeper."""
        return self._first.encrypt(key_id=key_id, plaintext=plaintext, context=context)

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt with the keeper that the ciphertext names."""
        return self._keeper(ciphertext).decrypt(ciphertext=ciphertext, context=context)

    def rewrap(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Bring the text to the first keeper and its latest version."""
        keeper = self._keeper(ciphertext)
        if keeper is self._first:
            return keeper.rewrap(ciphertext=ciphertext, context=context)
        text = keeper.decrypt(ciphertext=ciphertext, context=context)
        return self._first.encrypt(key_id=Named.parse(ciphertext).key_id, plaintext=text, context=context)

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        """Let the first keeper wrap a new data key."""
        return self._first.generate_data_key(key_id=key_id, context=context)

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        """Open it with the keeper that wrapped it."""
        return self._keeper(wrapped).open_data_key(wrapped=wrapped, context=context)

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        """Sign with the first keeper."""
        return self._first.sign(key_id=key_id, message=message)

    def verify(self, *, key_id: str, signature: bytes, message: bytes) -> bool:
        """Verify with the keeper that signed."""
        return self._keeper(signature).verify(key_id=key_id, signature=signature, message=message)

    def public_key(self, *, key_id: str, version: int | None = None) -> PublicKey:
        """Ask the first keeper."""
        return self._first.public_key(key_id=key_id, version=version)

    def rotate(self, *, key_id: str) -> int:
        """Rotate the first keeper's key."""
        return self._first.rotate(key_id=key_id)

    def _keeper(self, packed: bytes) -> KeyManagement:
        name = Named.parse(packed).keeper
        if name not in self._keepers:
            raise not_intact(expected=f"one of the keepers {', '.join(self._keepers)}, got {name}")
        return self._keepers[name]
