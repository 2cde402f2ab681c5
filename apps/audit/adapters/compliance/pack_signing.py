# SPDX-License-Identifier: Apache-2.0
"""Make a key that signs packs, and sign with it: for whoever writes packs, on a machine of their own."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from apps.audit.domain.compliance.errors import PackKeyMustBeWellFormed
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_keys import note_text
from apps.audit.domain.note.algorithms import ED25519
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.signing import signature_line


def new_key(*, name: str, path: Path) -> VerifierKey:
    """Write a new private key, readable by its owner alone, and return the public half."""
    private = Ed25519PrivateKey.generate()
    key = _public(private, name)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _refused(path, f"expected a place for a new file, got: {error.strerror}") from error
    with os.fdopen(file, "wb") as out:
        out.write(pem)
    return key


def signed_note(*, pack: Pack, name: str, path: Path) -> str:
    """Return the note that signs the pack; raises PackKeyMustBeWellFormed."""
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _refused(
            path, f"expected a private key of Ed25519 in PEM, got {type(error).__name__}"
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _refused(path, "expected a private key of Ed25519, got another kind")
    text = note_text(pack)
    line = signature_line(key=_public(private, name), text=text, sign=private.sign)
    return SignedNote(text=text, signatures=(line,)).whole


def _public(private: Ed25519PrivateKey, name: str) -> VerifierKey:
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return VerifierKey(name=name, kind=ED25519, public=raw)


def _refused(path: Path, why: str) -> PackKeyMustBeWellFormed:
    return PackKeyMustBeWellFormed(f"Key {path}: {why}.", evidence={"object": str(path)})
