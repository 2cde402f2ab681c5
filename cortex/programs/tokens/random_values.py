# SPDX-License-Identifier: Apache-2.0
"""Random texts that are worth something to whoever holds them, and the digests that are stored instead."""

import hashlib
import secrets
from typing import Any

# 256 bits: a digest needs no salt, and guessing needs no bound.
BYTES = 32


def random_token(_request: Any = None) -> str:
    """Return a new secret text, such as a refresh token."""
    return secrets.token_urlsafe(BYTES)


def digest_of(text: str) -> bytes:
    """Return the SHA-256 of a random text."""
    return hashlib.sha256(text.encode()).digest()


def checksum_of(text: str) -> str:
    """Return the digest as the library's tables hold it."""
    return digest_of(text).hex()
