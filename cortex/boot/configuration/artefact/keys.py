# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys: private ones in PEM (PKCS #8), public ones in PEM or as one word.

The word is `ed25519:` and the Base64 of the 32 bytes. A key is called by the first half of the SHA-256 of
these bytes, in hexadecimal.
"""

import base64
import binascii
import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from cortex.boot.configuration.artefact.errors import KeyMustBeReadable, SignerMustBeTrusted, refused
from cortex.boot.configuration.artefact.reading import content_of

KEYS_VARIABLE = "CORTEX_CONFIG_KEYS"
WORD = "ed25519:"
_BYTES_MAX = 64 * 1024
_PEM_END = "-----END PUBLIC KEY-----"
# Group and others.
_NOT_THE_OWNER = 0o077

TrustedKeys = Mapping[str, Ed25519PublicKey]


def key_id(key: Ed25519PublicKey) -> str:
    """Return the name of a key: 32 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def word_of(key: Ed25519PublicKey) -> str:
    """Return the key as one word, for an environment variable."""
    return WORD + base64.b64encode(key.public_bytes_raw()).decode()


def trusted_keys(given: str) -> TrustedKeys:
    """Read the keys that CORTEX_CONFIG_KEYS names: words, files and directories, separated by commas.

    Raises: SignerMustBeTrusted when there is none; KeyMustBeReadable.
    """
    parts = [part.strip() for part in given.split(",") if part.strip()]
    keys = [key for part in parts for key in public_keys(part)]
    if not keys:
        raise refused(
            SignerMustBeTrusted,
            KEYS_VARIABLE,
            "expected the public keys that may sign configuration, got none; set it to a file, a directory"
            f" of .pub files, or {WORD}… words.",
        )
    return {key_id(key): key for key in keys}


def public_keys(part: str, *, where: str = KEYS_VARIABLE) -> Iterator[Ed25519PublicKey]:
    """Read one word, found at `where`, one file, or a directory of `.pub` files; raises KeyMustBeReadable."""
    if part.startswith(WORD):
        yield _from_word(part, where=where)
        return
    path = Path(part)
    for file in sorted(path.glob("*.pub")) if path.is_dir() else [path]:
        yield from _from_file(file)


def _from_file(path: Path) -> Iterator[Ed25519PublicKey]:
    text = content_of(path, bytes_max=_BYTES_MAX, error=KeyMustBeReadable).decode("ascii", errors="replace")
    blocks = [f"{block}{_PEM_END}" for block in text.split(_PEM_END)[:-1]]
    lines = [line.strip() for line in text.splitlines() if line.startswith(WORD)]
    if not blocks and not lines:
        raise refused(KeyMustBeReadable, path, "expected Ed25519 public keys, in PEM or as ed25519:… lines.")
    yield from (_from_pem(block, where=path) for block in blocks)
    yield from (_from_word(line, where=path) for line in lines)


def _from_pem(text: str, *, where: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise refused(KeyMustBeReadable, where, "expected Ed25519 public keys, got another block.")
    return key


def _from_word(text: str, *, where: object) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(WORD), validate=True))
    except (ValueError, binascii.Error):
        raise refused(
            KeyMustBeReadable, where, f"expected {WORD} and the Base64 of 32 bytes, got something else."
        ) from None


def private_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key that only its owner can read; raises KeyMustBeReadable."""
    content = content_of(path, bytes_max=_BYTES_MAX, error=KeyMustBeReadable)
    if path.stat().st_mode & _NOT_THE_OWNER:
        raise refused(KeyMustBeReadable, path, f"others can read this private key; run `chmod 600 {path}`.")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise refused(KeyMustBeReadable, path, "expected an Ed25519 private key in PEM, without a password.")
    return key


def make_key_pair(stem: Path) -> Ed25519PublicKey:
    """Write `STEM.key` for its owner alone and `STEM.pub` for everybody; refuse to replace either.

    Raises: FileExistsError.
    """
    for path in (_half(stem, ".key"), _half(stem, ".pub")):
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shown = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for suffix, mode, content in ((".key", 0o600, secret), (".pub", 0o644, shown)):
        with os.fdopen(
            os.open(_half(stem, suffix), os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb"
        ) as file:
            file.write(content)
    return public


def _half(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)
