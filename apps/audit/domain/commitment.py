# SPDX-License-Identifier: Apache-2.0
"""Salted commitments: a leaf can prove a text without holding it, and the text can be erased."""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cortex.canonical_json import canonical_json

# Keeps a commitment from being mistaken for any other SHA-256 of the system.
_DOMAIN = b"cortex/audit/field/v1\x00"
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Commitment:
    """`digest` stands in the leaf; `salt` and the value stand in a row that can be deleted."""

    digest: bytes
    salt: bytes


def commit(value: str, *, salt: bytes | None = None) -> Commitment:
    """Commit to `value` under a fresh 32-byte salt, or under the given one to recompute it."""
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    return Commitment(digest=hashlib.sha256(_DOMAIN + salt + canonical_json(value)).digest(), salt=salt)


def opens(*, digest: bytes, salt: bytes, value: str) -> bool:
    """Return whether `digest` commits to `value` under `salt`."""
    return hmac.compare_digest(digest, commit(value, salt=salt).digest)
