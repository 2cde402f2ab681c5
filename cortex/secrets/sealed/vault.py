# SPDX-License-Identifier: Apache-2.0
"""Secrets and keys of a sealed file, as a vault and as key material; a changed file counts at once."""

import secrets
import threading
from collections.abc import Mapping
from datetime import datetime

from pydantic import SecretStr

from cortex.confidential import Secret
from cortex.secrets.keyring.named import KEY_ID, no_key
from cortex.secrets.sealed.document import Document, Entry
from cortex.secrets.sealed.sealed_file import SealedFile


class SealedVault:
    """Looks at the file's place in the file system at each call, and opens it only when it was replaced."""

    keeper = "sealed"
    remedy = "run `cortex secrets rotate-key` with its name, or restore the sealed file"

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._seen: tuple[tuple[int, int, int], Document] | None = None

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the secret; raises FileMustBePrivate, SealedFileMustBeReadable."""
        entry = self._document().secrets.get(name)
        return Secret(entry.value.get_secret_value()) if entry else None

    def check(self) -> None:
        """Look whether the file opens; raises FileMustBePrivate, SealedFileMustBeReadable."""
        self._document()

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        """Return the key's material by version."""
        found = self._document().keys.get(key_id, {})
        return {number: Secret(found[number].get_secret_value()) for number in sorted(found)}

    def key_ids(self) -> list[str]:
        """Return the names of all keys in the file, ours and any other."""
        return sorted(self._document().keys)

    def add_version(self, *, key_id: str) -> int:
        """Make a new version, or the first, in the file."""
        changed = self._file.change(lambda document: with_new_version(document, key_id=key_id))
        return max(changed.keys[key_id])

    def _document(self) -> Document:
        with self._lock:
            state = self._file.state()
            if self._seen is None or self._seen[0] != state:
                # Its state is taken before it is opened: a change in between is seen at the next call.
                self._seen = (state, self._file.open())
            return self._seen[1]


def with_secret(document: Document, *, name: str, value: str, at: datetime) -> Document:
    """Return the document with this secret."""
    entry = Entry(value=SecretStr(value), set_at=at)
    return document.model_copy(update={"secrets": {**document.secrets, name: entry}})


def with_new_version(document: Document, *, key_id: str) -> Document:
    """Return the document with one more version of the key; raises KeyMustExist for no name of a key."""
    if not KEY_ID.match(key_id):
        raise no_key(key_id=key_id, version=None, remedy="use small letters, digits and '-'")
    versions = document.keys.get(key_id, {})
    number = max(versions, default=0) + 1
    grown = {**versions, number: SecretStr(secrets.token_hex(32))}
    return document.model_copy(update={"keys": {**document.keys, key_id: grown}})
