# SPDX-License-Identifier: Apache-2.0
"""The detached signature: `FILE.sig`, JSON that says which bytes, which version, who, and until when."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cortex.boot.configuration.artefact.errors import SignatureMustBeWellFormed, SignatureMustVerify, refused
from cortex.boot.configuration.artefact.keys import key_id
from cortex.canonical_json import canonical_json

FORMAT = 1
# What was signed for another purpose must never verify here, and the other way round.
DOMAIN = b"codexion-cortex/configuration-signature/v1\n"
VERSION_MAX = 2**53 - 1
_TYPES = {
    "format": int,
    "name": str,
    "version": int,
    "key_id": str,
    "signed_at": str,
    "expires_at": str,
    "sha256": str,
    "signature": str,
}
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Signature:
    """What a signature says. `name` is the name of the file, `sha256` of its bytes, in hexadecimal."""

    name: str
    version: int
    key_id: str
    signed_at: datetime
    expires_at: datetime
    sha256: str
    signature: bytes

    def statement(self) -> dict[str, Any]:
        """Return everything that is signed: all of it but the signature itself."""
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "key_id": self.key_id,
            "signed_at": self.signed_at.strftime(_TIME),
            "expires_at": self.expires_at.strftime(_TIME),
            "sha256": self.sha256,
        }

    def text(self) -> str:
        """Return the content of the signature file."""
        written = {**self.statement(), "signature": base64.b64encode(self.signature).decode()}
        return json.dumps(written, indent=2) + "\n"

    def require_signer(self, key: Ed25519PublicKey, *, path: Path) -> None:
        """Raise SignatureMustVerify unless this key signed this statement."""
        try:
            key.verify(self.signature, _message(self.statement()))
        except InvalidSignature:
            raise refused(
                SignatureMustVerify,
                path,
                f"it was not made with key {self.key_id} over what it says; it was changed, or forged.",
                key_id=self.key_id,
            ) from None


def sign(
    content: bytes,
    *,
    name: str,
    version: int,
    key: Ed25519PrivateKey,
    signed_at: datetime,
    expires_at: datetime,
) -> Signature:
    """Return the signature of these bytes; instants count in whole seconds of UTC."""
    unsigned = Signature(
        name=name,
        version=version,
        key_id=key_id(key.public_key()),
        signed_at=signed_at,
        expires_at=expires_at,
        sha256=hashlib.sha256(content).hexdigest(),
        signature=b"",
    )
    return Signature(**{**vars(unsigned), "signature": key.sign(_message(unsigned.statement()))})


def signature_in(content: bytes, *, path: Path) -> Signature:
    """Return what a signature file says; raises SignatureMustBeWellFormed. Nothing is verified yet."""
    try:
        written = json.loads(content, object_pairs_hook=_once)
        return _signature(written)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise refused(
            SignatureMustBeWellFormed, path, f"expected what `cortex config sign` writes, in format {FORMAT}."
        ) from None


def _signature(written: Any) -> Signature:
    # `True` is an int to isinstance, so types are compared as they are.
    if {name: type(value) for name, value in written.items()} != _TYPES or written["format"] != FORMAT:
        raise ValueError
    if not 1 <= written["version"] <= VERSION_MAX:
        raise ValueError
    read = Signature(
        name=written["name"],
        version=written["version"],
        key_id=written["key_id"],
        signed_at=_instant(written["signed_at"]),
        expires_at=_instant(written["expires_at"]),
        sha256=written["sha256"],
        signature=base64.b64decode(written["signature"], validate=True),
    )
    # One statement has one form: an instant written otherwise would be the same statement in other bytes.
    if {**read.statement(), "signature": written["signature"]} != written:
        raise ValueError
    return read


def _instant(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _message(statement: dict[str, Any]) -> bytes:
    return DOMAIN + canonical_json(statement)
