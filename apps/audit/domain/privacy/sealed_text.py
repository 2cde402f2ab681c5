# SPDX-License-Identifier: Apache-2.0
"""The envelope of a text of the log: salt and text under the key of their subject.

Without the key nobody reads the text, and without the salt nobody can try texts against the commitment in
the leaf. The leaf and its proof need neither.
"""

from dataclasses import dataclass
from uuid import UUID

from apps.audit.domain.commitment import SALT_BYTES
from apps.audit.domain.privacy.errors import TextMustBeIntact
from cortex import aes_gcm
from cortex.canonical_json import canonical_json
from cortex.ports.key_management import Context, DataKey, KeyManagement
from cortex.ports.registry import get

# The key that wraps keys of files wraps those of subjects, too: each is bound to what it belongs to, and an
# installation with a vault has that key already.
WRAPPING_KEY = "cortex-files"


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where a text stands: it is authenticated, so that no text is moved to another leaf."""

    company_id: UUID
    leaf_id: UUID
    name: str

    def bound(self) -> bytes:
        """Return the bytes that the seal authenticates."""
        return canonical_json(["audit_detail/v1", str(self.company_id), str(self.leaf_id), self.name])


def new_subject_key(*, company_id: UUID, key_id: UUID) -> DataKey:
    """Return a fresh key of a subject; raises VaultMustBeReachable."""
    context = key_context(company_id=company_id, key_id=key_id)
    return get(KeyManagement).generate_data_key(key_id=WRAPPING_KEY, context=context)


def open_subject_key(*, company_id: UUID, key_id: UUID, wrapped: bytes) -> DataKey:
    """Return the key behind its wrapped form; raises VaultMustBeReachable, CiphertextMustBeIntact."""
    context = key_context(company_id=company_id, key_id=key_id)
    return get(KeyManagement).open_data_key(wrapped=wrapped, context=context)


def key_context(*, company_id: UUID, key_id: UUID) -> Context:
    """Return what the wrapped key belongs to."""
    return {"company": str(company_id), "object": f"audit_subject_key/{key_id}"}


def sealed(*, key: DataKey, place: TextPlace, salt: bytes, value: str) -> bytes:
    """Return nonce, ciphertext and tag of AES-256-GCM over the salt (32 bytes) and the text."""
    return aes_gcm.sealed(key=key.plaintext, text=salt + value.encode(), bound=place.bound())


def unsealed(*, key: DataKey, place: TextPlace, content: bytes) -> tuple[bytes, str]:
    """Return salt and text; raises TextMustBeIntact."""
    try:
        opened = aes_gcm.unsealed(key=key.plaintext, content=content, bound=place.bound())
    except aes_gcm.SealMustFit:
        raise TextMustBeIntact(
            f"Text {place.name} of leaf {place.leaf_id}: expected the text that was sealed there, got "
            "another. Restore it from a backup, and look into who may write to the database.",
            evidence={"object": str(place.leaf_id), "got": place.name, "remedy": "restore it from a backup"},
        ) from None
    return opened[:SALT_BYTES], opened[SALT_BYTES:].decode()
