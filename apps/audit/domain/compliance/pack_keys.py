# SPDX-License-Identifier: Apache-2.0
"""Who may sign packs, and what they sign: a note over the digest of the canonical pack."""

from collections.abc import Sequence
from typing import Protocol

from apps.audit.domain.compliance.errors import PackKeyMustBeWellFormed, PackMustBeSigned
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.note.errors import (
    NoteKeyMustBeWellFormed,
    NoteKeysMustBeDistinct,
    NoteMustBeSigned,
    NoteMustBeWellFormed,
)
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote

_HEADER = "cortex-pack/v1"


class PackKeys(Protocol):
    """The public keys of those whose packs are taken."""

    def trusted(self) -> Sequence[VerifierKey]:
        """Return the keys; raises PackKeyMustBeWellFormed."""
        ...


def note_text(pack: Pack) -> str:
    """Return what is signed."""
    return f"{_HEADER}\n{pack.name}\n{pack.version}\nsha256 {pack.digest}\n"


def signer_of(*, pack: Pack, note: str, keys: Sequence[VerifierKey]) -> str:
    """Return the name of the trusted key that signed this very pack; raises PackMustBeSigned."""
    try:
        parsed = SignedNote.parse(note)
        signed = parsed.signed_by(keys=keys)
    except (NoteMustBeWellFormed, NoteMustBeSigned, NoteKeysMustBeDistinct) as error:
        raise _unsigned(pack, got=error.message) from error
    if parsed.text != note_text(pack):
        raise _unsigned(pack, got="a signature over another pack, version or digest")
    return min(key.name for key in signed)


def keys_of_text(text: str) -> list[VerifierKey]:
    """Read one verifier key per line; `#` begins a comment. Raises PackKeyMustBeWellFormed."""
    keys = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            key = VerifierKey.parse(line.strip())
        except NoteKeyMustBeWellFormed as error:
            raise _malformed(number, error.message) from error
        if key.kind.is_timed:
            raise _malformed(number, "expected a key that signs, got one that cosigns")
        keys.append(key)
    return keys


def _malformed(number: int, why: str) -> PackKeyMustBeWellFormed:
    return PackKeyMustBeWellFormed(
        f"Keys of packs, line {number}: {why}", evidence={"object": "keys of packs", "line": number}
    )


def _unsigned(pack: Pack, *, got: str) -> PackMustBeSigned:
    return PackMustBeSigned(
        f"Pack {pack.name} {pack.version}: expected a signature by a trusted key over its digest, got: {got} "
        "Have it signed with `cortex packs sign`, or trust its signer's key.",
        evidence={
            "object": f"pack {pack.name} {pack.version}",
            "expected": note_text(pack),
            "got": got,
            "remedy": "have it signed, or trust its signer's key",
        },
    )
