# SPDX-License-Identifier: Apache-2.0
"""One key counts once, whatever it is called: the library counts ids, and one key may have two."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import Delegations, Root

from apps.plugins.domain.marketplace.errors import KeysMustDiffer


def key_of(public: str) -> SSlibKey:
    """Return the key of 32 hexadecimal bytes under the id that follows from it; raises ValueError."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))


def public_half(key: Key) -> str:
    """Return what names a key: hexadecimal digits can be written in two ways, and with spaces."""
    return "".join(str(key.keyval.get("public", "")).split()).lower()


def require_distinct(signed: Root | Delegations) -> None:
    """Refuse metadata in which a key has two ids, or a role names one key twice; raises KeysMustDiffer.

    A key may serve several roles under its one id.
    """
    _require(signed.keys.values())
    for name, role in (signed.roles or {}).items():
        named = [public_half(signed.keys[keyid]) for keyid in role.keyids if keyid in signed.keys]
        if len(named) != len(set(named)) or len(named) < role.threshold:
            raise _refused(f"role {name}", f"{role.threshold} different keys or more")


def _require(keys: Iterable[Key]) -> None:
    found: dict[str, str] = {}
    for key in keys:
        if found.setdefault(public_half(key), key.keyid) != key.keyid:
            raise _refused("a key", "one id for each key")


def _refused(what: str, expected: str) -> KeysMustDiffer:
    return KeysMustDiffer(
        f"Metadata: expected {what} with {expected}, got one key under two names. It was not used.",
        evidence={"object": what, "expected": expected, "got": "one key under two names"},
    )
