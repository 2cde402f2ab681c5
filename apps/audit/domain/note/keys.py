# SPDX-License-Identifier: Apache-2.0
"""The public half of a key that signs notes, and its text: `name+id+Base64`. Source: c2sp.org/signed-note."""

import hashlib
from dataclasses import dataclass
from typing import Self

from apps.audit.domain.note.algorithms import SIGNATURE_TYPES, SignatureType
from apps.audit.domain.note.encoding import decoded, encoded
from apps.audit.domain.note.errors import NoteKeyMustBeWellFormed, refused
from cortex.errors import Malformed

ID_BYTES = 4
# A schema-less URL: no longer than a host and a path need.
NAME_BYTES_MAX = 255
TEXT_MAX = 8192


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may sign: a name, a kind of signature and the public key itself."""

    name: str
    kind: SignatureType
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written down and read again; raises NoteKeyMustBeWellFormed."""
        if not is_name(self.name):
            raise _refused(expected="a name without spaces and '+'", got=self.name)
        if len(self.public) != self.kind.key_bytes:
            raise _refused(expected=f"{self.kind.key_bytes} bytes of key", got=len(self.public))

    @property
    def id(self) -> bytes:
        """The four bytes that stand before a signature; a mark to find the key by, no proof of anything."""
        preimage = self.name.encode() + b"\n" + bytes([self.kind.code]) + self.public
        return hashlib.sha256(preimage).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """The key as files and people hand it on."""
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind.code]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key; raises NoteKeyMustBeWellFormed, also when the id is another key's."""
        parts = text.split("+", 2)
        if len(parts) != 3 or len(text) > TEXT_MAX:
            raise _refused(expected="name+id+Base64", got=text)
        name, mark, body = parts
        raw = decoded(body)
        if not raw:
            raise _refused(expected="canonical Base64 of type and key", got=body)
        kind = SIGNATURE_TYPES.get(raw[0])
        if kind is None:
            known = ", ".join(f"0x{code:02x}" for code in SIGNATURE_TYPES)
            raise _refused(expected=f"a type of {known}", got=f"0x{raw[0]:02x}")
        key = cls(name=name, kind=kind, public=raw[1:])
        if key.id.hex() != mark:
            raise _refused(expected=f"the id {key.id.hex()} of this key", got=mark)
        return key


def is_name(text: str) -> bool:
    """Return whether this can be the name of a key: not empty, no Unicode space, no control, no '+'."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return False
    is_plain = not any(letter.isspace() or letter < " " or letter == "\x7f" for letter in text)
    return 0 < size <= NAME_BYTES_MAX and is_plain and "+" not in text


def _refused(*, expected: str, got: object) -> Malformed:
    return refused(NoteKeyMustBeWellFormed, "Verifier key", expected=expected, got=got)
