# SPDX-License-Identifier: Apache-2.0
"""The key of the witness: an Ed25519 key in a file that only its account can read."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from apps.audit.domain.note.algorithms import COSIGNATURE_V1
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.management.witness.errors import WitnessMustBeConfigured
from cortex.secrets.sealed.private_file import read_private, replace_private


class WitnessKey:
    """Both halves under the witness's name."""

    def __init__(self, *, name: str, private: Ed25519PrivateKey) -> None:
        """Take the private half; raises NoteKeyMustBeWellFormed for a name that no key can have."""
        self._private = private
        public = private.public_key().public_bytes_raw()
        self.verifier = VerifierKey(name=name, kind=COSIGNATURE_V1, public=public)

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature."""
        return self._private.sign(message)

    @classmethod
    def read(cls, path: Path, *, name: str) -> "WitnessKey":
        """Read the file; raises FileMustBePrivate, WitnessMustBeConfigured."""
        try:
            private = load_pem_private_key(read_private(path), password=None)
        except (ValueError, TypeError):
            private = None
        if not isinstance(private, Ed25519PrivateKey):
            raise WitnessMustBeConfigured(
                f"Key {path}: expected an Ed25519 key in PEM without a password, got something else. "
                "Restore it from a backup.",
                evidence={"object": str(path), "remedy": "restore it from a backup"},
            )
        return cls(name=name, private=private)

    @classmethod
    def make(cls, path: Path, *, name: str) -> "WitnessKey":
        """Make a new key and write it down, for its owner alone."""
        key = cls(name=name, private=Ed25519PrivateKey.generate())
        replace_private(path, key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return key
