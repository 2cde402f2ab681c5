# SPDX-License-Identifier: Apache-2.0
"""The sealed file on disk: opened with the identity, changed under a lock, replaced as a whole.

Source: the age file format, age-encryption.org/v1 (X25519 recipients), through pyrage. `age -d -i` opens it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage

from cortex.errors import CortexError
from cortex.secrets.sealed.document import Document, unreadable
from cortex.secrets.sealed.private_file import locked, read_private, replace_private, state_of

_HEADING = (
    "# An identity of age: whoever has it reads the sealed secrets. Keep it out of backups of theirs.\n"
)


class SealedFileMustBeNew(CortexError):
    """There is a sealed file already; a new one would lose what is in it."""

    code = "secrets.sealed_file_must_be_new"
    status = 409


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """A file and the identity that opens it."""

    path: Path
    identity_path: Path

    def create(self, document: Document) -> None:
        """Make an identity unless there is one, and seal the document; raises SealedFileMustBeNew."""
        with locked(self.path):
            if self.path.exists() or self.path.is_symlink():
                raise SealedFileMustBeNew(
                    f"File {self.path}: expected none, got one; set its secrets with `cortex secrets set`.",
                    evidence={"object": str(self.path), "remedy": "cortex secrets set"},
                )
            if not self.identity_path.exists():
                self._write_identities([pyrage.x25519.Identity.generate()])
            self._seal(document, self._identities()[:1])

    def open(self) -> Document:
        """Return what is in it; raises FileMustBePrivate, SealedFileMustBeReadable."""
        content = read_private(self.path)
        try:
            return Document.parse(pyrage.decrypt(content, self._identities()))
        except pyrage.DecryptError as error:
            raise unreadable(got="one sealed for another identity, or changed") from error

    def state(self) -> tuple[int, int, int]:
        """Return what changes with every change of the file, without opening it."""
        return state_of(self.path)

    def change(self, change: Callable[[Document], Document]) -> Document:
        """Open, change and seal again; whoever changes it at the same time waits."""
        with locked(self.path):
            document = change(self.open())
            self._seal(document, self._identities()[:1])
        return document

    def rotate_identity(self) -> None:
        """Seal for a new identity and forget the old one; killed at any moment, the file still opens."""
        with locked(self.path):
            document, old = self.open(), self._identities()
            new = pyrage.x25519.Identity.generate()
            self._write_identities([new, *old])
            self._seal(document, [new])
            self._write_identities([new])

    def _seal(self, document: Document, identities: Sequence[pyrage.x25519.Identity]) -> None:
        recipients = [identity.to_public() for identity in identities]
        replace_private(self.path, pyrage.encrypt(document.pack(), recipients))

    def _identities(self) -> list[pyrage.x25519.Identity]:
        lines = read_private(self.identity_path).decode(errors="replace").splitlines()
        try:
            found = [
                pyrage.x25519.Identity.from_str(line.strip())
                for line in lines
                if line.strip() and not line.startswith("#")
            ]
        except pyrage.IdentityError:
            # Not chained: its words may hold the line.
            raise unreadable(got="an identity file with something else in it") from None
        if not found:
            raise unreadable(got="an identity file without an identity")
        return found

    def _write_identities(self, identities: Sequence[pyrage.x25519.Identity]) -> None:
        lines = "".join(f"{identity}\n" for identity in identities)
        replace_private(self.identity_path, (_HEADING + lines).encode())
