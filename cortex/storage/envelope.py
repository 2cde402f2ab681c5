# SPDX-License-Identifier: Apache-2.0
"""The envelope of a file: its bytes under a key of their own, that key wrapped by key management.

Rotation of the wrapping key touches some hundred bytes of a file and not its content. Company, file and
digest are authenticated with the content: bytes that were moved into another row are refused.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from cortex.aes_gcm import SealMustFit, sealed, unsealed
from cortex.errors import CortexError
from cortex.ports.key_management import Context, KeyManagement
from cortex.ports.registry import get

KEY_ID = "cortex-files"


class FileMustBeIntact(CortexError):
    """The stored bytes are not those that were put in."""

    code = "storage.file_must_be_intact"
    status = 500


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is stored; without a wrapped key, `content` is the file itself, as it once was."""

    content: bytes
    wrapped_key: bytes | None


def closed(*, company_id: UUID, file_id: UUID, content: bytes) -> Envelope:
    """Return the file in a new envelope; raises VaultMustBeReachable."""
    context = _context(company_id, file_id)
    key = get(KeyManagement).generate_data_key(key_id=KEY_ID, context=context)
    hidden = sealed(key=key.plaintext, text=content, bound=_bound(context, _digest(content)))
    return Envelope(content=hidden, wrapped_key=key.wrapped)


def opened(envelope: Envelope, *, company_id: UUID, file_id: UUID, digest: bytes) -> bytes:
    """Return the file; raises FileMustBeIntact, CiphertextMustBeIntact, VaultMustBeReachable."""
    content = envelope.content
    if envelope.wrapped_key is not None:
        context = _context(company_id, file_id)
        key = get(KeyManagement).open_data_key(wrapped=envelope.wrapped_key, context=context)
        try:
            content = unsealed(key=key.plaintext, content=content, bound=_bound(context, digest))
        except SealMustFit:
            raise _not_intact(file_id) from None
    if _digest(content) != digest:
        raise _not_intact(file_id)
    return content


def renewed(envelope: Envelope, *, company_id: UUID, file_id: UUID) -> Envelope:
    """Return the envelope under the latest version of its key; unchanged when it is that already."""
    if envelope.wrapped_key is None:
        return closed(company_id=company_id, file_id=file_id, content=envelope.content)
    context = _context(company_id, file_id)
    wrapped = get(KeyManagement).rewrap(ciphertext=envelope.wrapped_key, context=context)
    return Envelope(content=envelope.content, wrapped_key=wrapped)


def _context(company_id: UUID, file_id: UUID) -> Context:
    return {"company": str(company_id), "object": f"stored_file/{file_id}"}


def _bound(context: Context, digest: bytes) -> bytes:
    return "\n".join([context["company"], context["object"], digest.hex()]).encode()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _not_intact(file_id: UUID) -> FileMustBeIntact:
    return FileMustBeIntact(
        f"File {file_id}: expected the bytes that were stored, got others. Restore it from a backup.",
        evidence={"object": "file", "got": str(file_id), "remedy": "restore it from a backup"},
    )
