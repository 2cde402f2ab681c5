# SPDX-License-Identifier: Apache-2.0
"""AES-256-GCM as every sealed thing of the program uses it: nonce, ciphertext and tag in one."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# A random nonce is safe for 2**32 texts under one key. Source: NIST SP 800-38D, section 8.3.
NONCE_BYTES = 12


class SealMustFit(ValueError):
    """Content, key and what is bound to it do not belong together; each room says it in its own words."""


def sealed(*, key: bytes, text: bytes, bound: bytes) -> bytes:
    """Return nonce, ciphertext and tag; `bound` is authenticated and not stored."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, bound)


def unsealed(*, key: bytes, content: bytes, bound: bytes) -> bytes:
    """Return the text; raises SealMustFit."""
    try:
        return AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise SealMustFit from error
