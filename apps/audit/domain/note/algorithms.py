# SPDX-License-Identifier: Apache-2.0
"""The table of signature types: whoever adds one (ML-DSA-44 is 0x06) adds a row here and no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Signs = Literal["log", "witness"]
# Of a cosignature: seconds since 1970 as an unsigned number of 64 bits, and at most 2^63 - 1.
TIME_BYTES = 8
TIME_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureType:
    """One kind of key: who signs with it, over which bytes, and how long key and signature are.

    `message` takes the key's name, the note's text and the time, which is None where none is signed.
    """

    code: int
    signs: Signs
    key_bytes: int
    signature_bytes: int
    is_timed: bool
    message: Callable[[str, bytes, int | None], bytes]
    verifies: Callable[[bytes, bytes, bytes], bool]


def _text_alone(_name: str, text: bytes, _signed_at: int | None) -> bytes:
    return text


def _cosignature(_name: str, text: bytes, signed_at: int | None) -> bytes:
    """Source: c2sp.org/tlog-cosignature, Ed25519 signed message."""
    return b"cosignature/v1\ntime %d\n" % (signed_at or 0) + text


def _ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


ED25519 = SignatureType(
    code=0x01,
    signs="log",
    key_bytes=32,
    signature_bytes=64,
    is_timed=False,
    message=_text_alone,
    verifies=_ed25519,
)
COSIGNATURE_V1 = SignatureType(
    code=0x04,
    signs="witness",
    key_bytes=32,
    signature_bytes=64,
    is_timed=True,
    message=_cosignature,
    verifies=_ed25519,
)
SIGNATURE_TYPES: Mapping[int, SignatureType] = {kind.code: kind for kind in (ED25519, COSIGNATURE_V1)}
