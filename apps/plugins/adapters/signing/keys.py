# SPDX-License-Identifier: Apache-2.0
"""Signing keys in files: the private half in PEM for its owner alone, the public half as TUF writes it."""

import json
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from apps.plugins.domain.errors import PluginKeyMustBeWellFormed

BYTES_MAX = 16 << 10


def new_key(*, path: Path) -> Key:
    """Write a new private key where there is no file yet, and return the public half."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _refused(path, f"expected a place for a new file, got: {error.strerror}") from error
    with os.fdopen(file, "wb") as out:
        out.write(pem)
    return CryptoSigner(private).public_key


def signer_of(path: Path) -> CryptoSigner:
    """Read a private key; raises PluginKeyMustBeWellFormed, with no word of its content."""
    try:
        private = load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused(path, f"expected a private key in PEM, got {type(error).__name__}") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _refused(path, "expected a private key of Ed25519, got another kind")
    return CryptoSigner(private)


def public_text(key: Key) -> str:
    """Return the public half as it is handed on."""
    return json.dumps({"keyid": key.keyid, **key.to_dict()}, sort_keys=True, indent=1) + "\n"


def public_key(path: Path) -> SSlibKey:
    """Read a public half. Its id is calculated, whatever the file says: two names for one key are one key."""
    return public_key_of(_read(path), place=str(path))


def public_key_of(untrusted_key: bytes, *, place: str) -> SSlibKey:
    """Return the public half that `cortex plugin keygen` printed; raises PluginKeyMustBeWellFormed."""
    try:
        told = json.loads(untrusted_key[:BYTES_MAX])
        kind, raw = (told["keytype"], told["scheme"]), bytes.fromhex(told["keyval"]["public"])
        key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refused(place, f"expected a public key in JSON, got {type(error).__name__}") from None
    if kind != ("ed25519", "ed25519"):
        raise _refused(place, f"expected a key of Ed25519, got {ascii(kind)[:60]}")
    return key


def key_of_hex(public: str) -> SSlibKey:
    """Return the key with these 32 bytes, as stored ones are written."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX)
    except OSError as error:
        raise _refused(path, f"expected a file, got: {error.strerror}") from error


def _refused(path: Path | str, why: str) -> PluginKeyMustBeWellFormed:
    return PluginKeyMustBeWellFormed(f"Key {path}: {why}.", evidence={"object": str(path)})
