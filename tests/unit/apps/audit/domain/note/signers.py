# SPDX-License-Identifier: Apache-2.0
"""Keys of tests with both halves, and notes that they signed."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.audit.domain.note.algorithms import COSIGNATURE_V1, ED25519, SignatureType
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignatureLine, SignedNote
from apps.audit.domain.note.signing import signature_line


class Signer:
    """Signs as a log, or as a witness when the kind says so."""

    def __init__(self, name: str, seed: bytes, *, kind: SignatureType) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.sign = self._private.sign
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name=name, kind=kind, public=public)

    def line(self, text: str, *, signed_at: int | None = None) -> SignatureLine:
        return signature_line(key=self.key, text=text, sign=self.sign, signed_at=signed_at)


def log(name: str = "books.example/log", *, seed: int = 1) -> Signer:
    return Signer(name, bytes([seed]) * 32, kind=ED25519)


def witness(name: str = "witness.example/w1", *, seed: int = 101) -> Signer:
    return Signer(name, bytes([seed]) * 32, kind=COSIGNATURE_V1)


def note_of(text: str, lines: Sequence[SignatureLine]) -> str:
    return SignedNote(text=text, signatures=lines).whole
