# SPDX-License-Identifier: Apache-2.0
"""Key management without a service: AES-256-GCM and Ed25519 under keys that this process may see."""

import secrets
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cortex.aes_gcm import SealMustFit, sealed, unsealed
from cortex.confidential import Secret
from cortex.ports.key_management import Context, DataKey, PublicKey
from cortex.secrets.keyring.named import Named, bound, no_key, not_intact


class KeyMaterial(Protocol):
    """Where the 32 bytes of each version come from; the latest is the one with `latest_version`."""

    keeper: str
    remedy: str

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        """Return hexadecimal key material by version, the latest last; empty for an unknown key."""
        ...

    def add_version(self, *, key_id: str) -> int:
        """Make a new latest version and return its number."""
        ...


class LocalKeyManagement:
    """Each version is a root from which a key for encryption and a seed for signatures are derived."""

    def __init__(self, material: KeyMaterial) -> None:
        self._material = material

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        """Encrypt under the latest version."""
        version = self._latest(key_id)
        key = self._derived(key_id, version, "encryption")
        body = sealed(key=key, text=plaintext, bound=bound(context))
        return Named(self._material.keeper, key_id, version, body).pack()

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt under the version that the ciphertext names."""
        made = self._made_here(ciphertext)
        key = self._derived(made.key_id, made.version, "encryption")
        try:
            return unsealed(key=key, content=made.body, bound=bound(context))
        except SealMustFit as error:
            raise not_intact(expected="a text that belongs to this company and object") from error

    def rewrap(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Return the text under the latest version."""
        made = self._made_here(ciphertext)
        if made.version == self._latest(made.key_id):
            return ciphertext
        text = self.decrypt(ciphertext=ciphertext, context=context)
        return self.encrypt(key_id=made.key_id, plaintext=text, context=context)

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        """Return a new data key."""
        key = secrets.token_bytes(32)
        wrapped = self.encrypt(key_id=key_id, plaintext=key, context=context)
        return DataKey(plaintext=key, wrapped=wrapped)

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        """Return the data key again."""
        key = self.decrypt(ciphertext=wrapped, context=context)
        return DataKey(plaintext=key, wrapped=wrapped)

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        """Sign under the latest version."""
        version = self._latest(key_id)
        signature = self._signing_key(key_id, version).sign(message)
        return Named(self._material.keeper, key_id, version, signature).pack()

    def verify(self, *, key_id: str, signature: bytes, message: bytes) -> bool:
        """Return whether this key made the signature."""
        made = self._made_here(signature)
        if made.key_id != key_id:
            return False
        public = self.public_key(key_id=made.key_id, version=made.version)
        try:
            Ed25519PublicKey.from_public_bytes(public.raw).verify(made.body, message)
        except InvalidSignature:
            return False
        return True

    def public_key(self, *, key_id: str, version: int | None = None) -> PublicKey:
        """Return the public half."""
        number = self._latest(key_id) if version is None else version
        raw = self._signing_key(key_id, number).public_key().public_bytes_raw()
        return PublicKey(keeper=self._material.keeper, key_id=key_id, version=number, raw=raw)

    def rotate(self, *, key_id: str) -> int:
        """Make a new version."""
        return self._material.add_version(key_id=key_id)

    def _made_here(self, packed: bytes) -> Named:
        made = Named.parse(packed)
        if made.keeper != self._material.keeper:
            raise not_intact(expected=f"one of the keeper {self._material.keeper}, got {made.keeper}")
        return made

    def _latest(self, key_id: str) -> int:
        versions = list(self._material.versions(key_id=key_id))
        if not versions:
            raise no_key(key_id=key_id, version=None, remedy=self._material.remedy)
        return versions[-1]

    def _signing_key(self, key_id: str, version: int) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(key_id, version, "signature"))

    def _derived(self, key_id: str, version: int, purpose: str) -> bytes:
        root = self._material.versions(key_id=key_id).get(version)
        if root is None:
            raise no_key(key_id=key_id, version=version, remedy=self._material.remedy)
        label = f"cortex.{purpose}.v1:{key_id}".encode()
        return HKDF(SHA256(), 32, salt=None, info=label).derive(bytes.fromhex(root.reveal()))
