# SPDX-License-Identifier: Apache-2.0
"""Files that belong to a company: uploads, exports, evidence."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredFileRef:
    """A stored file. `digest` is the SHA-256 (hex) of its bytes, `size_bytes` their count."""

    id: UUID
    name: str
    digest: str
    size_bytes: int


class Storage(Protocol):
    """Keeps bytes for one company; another company cannot read them."""

    def put(self, *, company_id: UUID, name: str, content: bytes) -> StoredFileRef:
        """Store `content`; raises FileMustNotBeTooLarge."""
        ...

    def read(self, *, company_id: UUID, file_id: UUID) -> bytes:
        """Return the bytes; raises NotFound."""
        ...
