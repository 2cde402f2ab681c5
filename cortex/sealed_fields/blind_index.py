# SPDX-License-Identifier: Apache-2.0
"""The blind index: a keyed digest that is equal for equal texts of one company, class and field.

It tells whoever reads the table which rows hold the same text, and how many; nothing else without the key.
Nothing is folded: rooms tell texts apart byte by byte, and so does the index.
"""

import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cortex.canonical_json import canonical_json
from cortex.ports.key_management import DataKey
from cortex.sealed_fields.field import SealedField


def blind_indexes(
    *, key: DataKey, field: SealedField, company_id: UUID, texts: Iterable[str]
) -> dict[str, bytes]:
    """Return the index (32 bytes) of each text.

    Source: HMAC-SHA-256 (RFC 2104) under a key derived by HKDF (RFC 5869), so that one data key gives
    unrelated indexes to each field.
    """
    label = canonical_json(["sealed_field/blind_index/v1", str(company_id), field.key_class, field.name])
    derived = HKDF(SHA256(), 32, salt=None, info=label).derive(key.plaintext)
    return {text: hmac.digest(derived, text.encode(), hashlib.sha256) for text in texts}
