# SPDX-License-Identifier: Apache-2.0
"""Keys whose use is noted: which key and version did what, never what was done with it."""

from typing import Protocol

from cortex.ports.key_management import Context, DataKey, KeyManagement, PublicKey


class Note(Protocol):
    """Takes down one use; `made` names keeper, key and version, as everything does that a key makes."""

    def __call__(self, *, operation: str, made: bytes) -> None: ...


class WatchedKeys:
    """Notes what needs the secret half of a key and went well; verifying needs the public half alone."""

    def __init__(self, keys: KeyManagement, *, note: Note) -> None:
        self._keys, self._note = keys, note

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        """Encrypt and note it."""
        made = self._keys.encrypt(key_id=key_id, plaintext=plaintext, context=context)
        self._note(operation="encrypt", made=made)
        return made

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt and note it."""
        text = self._keys.decrypt(ciphertext=ciphertext, context=context)
        self._note(operation="decrypt", made=ciphertext)
        return text

    def rewrap(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Bring it to the latest version; what is there already uses no key."""
        made = self._keys.rewrap(ciphertext=ciphertext, context=context)
        if made != ciphertext:
            self._note(operation="decrypt", made=ciphertext)
            self._note(operation="encrypt", made=made)
        return made

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        """Wrap a new data key and note it."""
        made = self._keys.generate_data_key(key_id=key_id, context=context)
        self._note(operation="wrap", made=made.wrapped)
        return made

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        """Unwrap it and note it."""
        key = self._keys.open_data_key(wrapped=wrapped, context=context)
        self._note(operation="unwrap", made=wrapped)
        return key

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        """Sign and note it."""
        made = self._keys.sign(key_id=key_id, message=message)
        self._note(operation="sign", made=made)
        return made

    def verify(self, *, key_id: str, signature: bytes, message: bytes) -> bool:
        """Verify."""
        return self._keys.verify(key_id=key_id, signature=signature, message=message)

    def public_key(self, *, key_id: str, version: int | None = None) -> PublicKey:
        """Return the public half."""
        return self._keys.public_key(key_id=key_id, version=version)

    def rotate(self, *, key_id: str) -> int:
        """Make a new version; whoever looks through the keepers sees it."""
        return self._keys.rotate(key_id=key_id)
