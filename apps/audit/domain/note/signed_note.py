# SPDX-License-Identifier: Apache-2.0
"""A text and the lines that sign it. Source: c2sp.org/signed-note.

Lines by unknown keys are carried and never believed; one that claims a trusted key and does not verify
makes the whole note refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from apps.audit.domain.note.algorithms import TIME_BYTES, TIME_MAX
from apps.audit.domain.note.encoding import decoded, encoded
from apps.audit.domain.note.errors import (
    NoteKeysMustBeDistinct,
    NoteMustBeSigned,
    NoteMustBeWellFormed,
    refused,
)
from apps.audit.domain.note.keys import ID_BYTES, VerifierKey, is_name
from cortex.errors import Malformed

SIGNATURES_MAX = 100
# Room for a hundred signatures of Ed25519 and their names; a kind with longer ones must raise it.
BYTES_MAX = 65_536
_MARK = "— "


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a text: a name, the key's id and what it signed with; nothing of it is checked."""

    name: str
    key_id: bytes
    body: bytes

    @property
    def text(self) -> str:
        """The line with its end."""
        return f"{_MARK}{self.name} {encoded(self.key_id + self.body)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its end; raises NoteMustBeWellFormed."""
        name, separator, body = line.removeprefix(_MARK).partition(" ")
        raw = decoded(body)
        if not line.startswith(_MARK) or not separator or not is_name(name):
            raise _refused(expected="'— name Base64'", got=line)
        if raw is None or len(raw) <= ID_BYTES:
            raise _refused(expected="canonical Base64 of a key's id and a signature", got=body)
        return cls(name=name, key_id=raw[:ID_BYTES], body=raw[ID_BYTES:])


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends in a newline, and its signatures."""

    text: str
    signatures: Sequence[SignatureLine]

    @property
    def whole(self) -> str:
        """The note as it is stored and sent."""
        return self.text + "\n" + "".join(line.text for line in self.signatures)

    @classmethod
    def parse(cls, note: str) -> Self:
        """Take a note apart at its last empty line; raises NoteMustBeWellFormed."""
        _require_plain(note)
        text, separator, block = note.rpartition("\n\n")
        if not separator or not block.endswith("\n"):
            raise _refused(expected="a text, an empty line and lines of signatures", got=note[-40:])
        # Not splitlines(): it knows line ends that this format does not.
        lines = block[:-1].split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise _refused(expected=f"at most {SIGNATURES_MAX} signatures", got=len(lines))
        return cls(text=text + "\n", signatures=tuple(SignatureLine.parse(line) for line in lines))

    def signed_by(self, *, keys: Sequence[VerifierKey]) -> Mapping[VerifierKey, int | None]:
        """Verify every line of these keys; return who signed and when, None where no time is signed.

        Raises: NoteMustBeSigned when one does not verify or none is there, NoteKeysMustBeDistinct.
        """
        trusted = {(key.name, key.id): key for key in keys}
        if len(trusted) != len(keys):
            raise NoteKeysMustBeDistinct(
                "Trusted keys: expected each pair of name and id once, got one twice.",
                evidence={"object": "trusted keys", "got": [key.text for key in keys]},
            )
        found: dict[VerifierKey, int | None] = {}
        for line in self.signatures:
            key = trusted.get((line.name, line.key_id))
            if key is not None:
                signed_at = verified_at(line, key, self.text)
                # A witness may have signed again later; its newest word counts.
                found[key] = None if signed_at is None else max(found.get(key) or 0, signed_at)
        if not found:
            raise _unsigned(expected=f"a signature by one of {[key.name for key in keys]}", got="none")
        return found


def verified_at(line: SignatureLine, key: VerifierKey, text: str) -> int | None:
    """Verify one line and return the time that it signs, if any; raises NoteMustBeSigned."""
    kind, body, signed_at = key.kind, line.body, None
    if len(body) != kind.signature_bytes + TIME_BYTES * kind.is_timed:
        raise _unsigned(expected=f"a signature of {key.name} in its length", got=f"{len(body)} bytes")
    if kind.is_timed:
        signed_at, body = int.from_bytes(body[:TIME_BYTES]), body[TIME_BYTES:]
        if signed_at > TIME_MAX:
            raise _unsigned(expected=f"a time of {key.name} up to 2^63 - 1", got=str(signed_at))
    if not kind.verifies(key.public, body, kind.message(key.name, text.encode(), signed_at)):
        raise _unsigned(expected=f"a signature that {key.name} made over this text", got="another")
    return signed_at


def _require_plain(note: str) -> None:
    try:
        size = len(note.encode())
    except UnicodeEncodeError:
        raise _refused(expected="UTF-8", got="a lone surrogate") from None
    if size > BYTES_MAX:
        raise _refused(expected=f"at most {BYTES_MAX} bytes", got=size)
    if any(letter < " " and letter != "\n" for letter in note):
        raise _refused(expected="no control character but newlines", got=note)


def _refused(*, expected: str, got: object) -> Malformed:
    return refused(NoteMustBeWellFormed, "Signed note", expected=expected, got=got)


def _unsigned(*, expected: str, got: str) -> NoteMustBeSigned:
    return NoteMustBeSigned(
        f"Signed note: expected {expected}, got {got}.",
        evidence={"object": "signed note", "expected": expected, "got": got},
    )
