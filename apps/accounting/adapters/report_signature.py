# SPDX-License-Identifier: Apache-2.0
"""The signature of a report as a JSON file beside it, and its key as PEM."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.accounting.domain.report_claim import ReportClaim, claim_of, unreadable
from cortex.boot.configuration.artefact.keys import public_keys
from cortex.ports.key_management import PublicKey
from cortex.secrets.keyring.named import Named

SIGNATURE = "signature"
BYTES_MAX = 64 * 1024
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class SignedClaim:
    """A claim and the 64 bytes of its signature."""

    claim: ReportClaim
    signature: bytes

    def fields(self) -> dict[str, Any]:
        """Return what stands in the file."""
        return {**self.claim.fields(), SIGNATURE: base64.b64encode(self.signature).decode()}

    def as_file(self) -> bytes:
        """Return the bytes of the file."""
        return json.dumps(self.fields(), ensure_ascii=False, indent=1).encode() + b"\n"

    def named(self) -> bytes:
        """Return the signature as key management has it."""
        made_by = self.claim
        return Named(made_by.keeper, made_by.key, made_by.key_version, self.signature).pack()


def made_by(packed: bytes) -> Named:
    """Return what a signature of key management names."""
    return Named.parse(packed)


def signed_claim_in(untrusted: bytes) -> SignedClaim:
    """Read a signature file; raises ReportSignatureMustBeReadable."""
    if len(untrusted) > BYTES_MAX:
        raise unreadable("file", expected=f"at most {BYTES_MAX} bytes", got=len(untrusted))
    try:
        read = json.loads(untrusted.decode(), object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise unreadable("file", expected="JSON whose fields stand once", got=error) from None
    if not isinstance(read, dict):
        raise unreadable("file", expected="a JSON object", got=type(read).__name__)
    written = read.pop(SIGNATURE, None)
    return SignedClaim(claim_of(read), _signature(written))


def fits_a_key_of(signed: SignedClaim, *, key_file: str) -> bool:
    """Return whether one of the public keys in the file made the signature; raises KeyMustBeReadable."""
    return any(_fits(signed, key) for key in public_keys(key_file, where="--key"))


def as_pem(key: PublicKey) -> str:
    """Return the key in the form that programs of others read."""
    public = Ed25519PublicKey.from_public_bytes(key.raw)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _fits(signed: SignedClaim, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(signed.signature, signed.claim.signed_bytes())
    except InvalidSignature:
        return False
    return True


def _signature(written: object) -> bytes:
    try:
        signature = base64.b64decode(written, validate=True) if isinstance(written, str) else b""
    except ValueError:
        signature = b""
    if len(signature) != SIGNATURE_BYTES or base64.b64encode(signature).decode() != written:
        raise unreadable(SIGNATURE, expected=f"Base64 of {SIGNATURE_BYTES} bytes", got=written)
    return signature


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field that stands twice")
    return fields
