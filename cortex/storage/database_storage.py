# SPDX-License-Identifier: Apache-2.0
"""Files in PostgreSQL, bounded in size and encrypted; row-level security keeps them inside their company."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError

from cortex.container.providers.ports import STORAGE
from cortex.container.providers.provider import Interruption, Provider
from cortex.container.providers.versions import Version
from cortex.database.service_role import service_transaction
from cortex.database.transactions import DatabaseMustBeReachable, transactional
from cortex.errors import CortexError, NotFound
from cortex.ports.storage import Storage, StoredFileRef
from cortex.storage.envelope import Envelope, closed, opened
from cortex.storage.models import StoredFile
from cortex.tenancy import scope

NAME_LENGTH_MAX = 200


class FileMustNotBeTooLarge(CortexError):
    """A file is over the limit of this installation."""

    code = "storage.file_must_not_be_too_large"
    status = 413


class FileMustExist(NotFound):
    """No file of this id can be seen."""

    code = "storage.file_must_exist"


class DatabaseStorage:
    """Keeps each file as one row."""

    def put(self, *, company_id: UUID, name: str, content: bytes) -> StoredFileRef:
        """Store the bytes in the running transaction, or in one of its own; raises VaultMustBeReachable."""
        if len(content) > settings.STORED_FILE_BYTES_MAX:
            raise _too_large(name=name, size_bytes=len(content))
        digest = hashlib.sha256(content)
        file = StoredFile(company_id=company_id, name=name[:NAME_LENGTH_MAX], digest=digest.digest())
        envelope = closed(company_id=company_id, file_id=file.id, content=content)
        file.content, file.wrapped_key = envelope.content, envelope.wrapped_key
        file.size_bytes = len(content)
        with scope([company_id]):
            _insert(file)
        return StoredFileRef(id=file.id, name=file.name, digest=digest.hexdigest(), size_bytes=len(content))

    def read(self, *, company_id: UUID, file_id: UUID) -> bytes:
        """Return the bytes; raises FileMustExist."""
        with scope([company_id]):
            envelope, digest = _envelope(company_id, file_id)
        return opened(envelope, company_id=company_id, file_id=file_id, digest=digest)


def database_provider() -> Provider[Storage]:
    """Return how the database is called: in the caller's thread and transaction, under its own timeouts."""
    return Provider(
        capability=STORAGE,
        name="database",
        version=Version(1),
        adapter=DatabaseStorage,
        health=_answers,
        interruption=Interruption.ITSELF,
        unreachable=(DatabaseMustBeReachable, OperationalError, InterfaceError),
        uses_database=True,
    )


def _answers() -> None:
    with service_transaction() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM storage_stored_file LIMIT 1) one")


@transactional
def _insert(file: StoredFile) -> None:
    file.save(force_insert=True)


@transactional
def _envelope(company_id: UUID, file_id: UUID) -> tuple[Envelope, bytes]:
    file = StoredFile.objects.filter(company_id=company_id, id=file_id).first()
    if file is None:
        raise FileMustExist(
            f"File {file_id}: expected a file of this company, got none.",
            evidence={"object": "file", "got": str(file_id), "remedy": "upload it again"},
        )
    return envelope_of(file.content, file.wrapped_key), bytes(file.digest)


def envelope_of(content: bytes | memoryview, wrapped_key: bytes | memoryview | None) -> Envelope:
    """Return the columns of a row as an envelope."""
    return Envelope(bytes(content), bytes(wrapped_key) if wrapped_key is not None else None)


def _too_large(*, name: str, size_bytes: int) -> FileMustNotBeTooLarge:
    limit = settings.STORED_FILE_BYTES_MAX
    return FileMustNotBeTooLarge(
        f"File {name[:80]}: expected at most {limit} bytes, got {size_bytes} ({size_bytes - limit} over). "
        "Split it, or ask the operator to raise STORED_FILE_BYTES_MAX.",
        evidence={
            "object": "file",
            "expected": limit,
            "got": size_bytes,
            "difference": size_bytes - limit,
            "remedy": "split the file",
        },
    )
