# SPDX-License-Identifier: Apache-2.0
"""Keys that never leave their keeper: the shape that key services of clouds and vaults share.

A key has an id and versions. New work takes the latest version; every ciphertext and signature names the
version that made it, so that rotation makes nothing unreadable. `context` says what a ciphertext belongs to
(company, object); it is not stored in it, and without the same context nothing is decrypted: a ciphertext
moved into another row is refused.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, Self

from cortex.errors import CortexError

Context = Mapping[str, str]


class CiphertextMustBeIntact(CortexError):
    """A ciphertext was changed, moved to another place, or made under a key that is gone."""

    code = "secrets.ciphertext_must_be_intact"
    status = 500


class KeyMustExist(CortexError):
    """No key of this id, or not of this version, is kept here."""

    code = "secrets.key_must_exist"
    status = 500


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key; `raw` are the 32 bytes of Ed25519."""

    keeper: str
    key_id: str
    version: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """What `sign` returned, taken apart; `raw` are the 64 bytes of Ed25519."""

    keeper: str
    key_id: str
    version: int
    raw: bytes

    @classmethod
    def of(cls, packed: bytes) -> Self:
        """Take a signature of ours apart: `cortex-key:<keeper>:<key id>:<version>:<Base64>`."""
        _, keeper, key_id, version, body = packed.decode().split(":")
        return cls(keeper=keeper, key_id=key_id, version=int(version), raw=b64decode(body))


@dataclass(frozen=True, slots=True)
class DataKey:
    """A fresh key of 256 bits for one object: used at once and dropped; only `wrapped` is stored."""

    plaintext: bytes = field(repr=False)
    wrapped: bytes

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key is neither pickled nor copied out of its process")


class KeyManagement(Protocol):
    """Works with keys by id. Every method raises VaultMustBeReachable while the keeper does not answer."""

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        """Encrypt a short text (at most 4 kB: envelopes are for the rest) under the latest version."""
        ...

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt under the key and version that the ciphertext names; raises CiphertextMustBeIntact."""
        ...

    def rewrap(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Return the same text under the latest version; unchanged when it is that already."""
        ...

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        """Return a new data key with its wrapped form, which `open_data_key` opens again."""
        ...

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        """Return the data key of its wrapped form; raises CiphertextMustBeIntact."""
        ...

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        """Sign with Ed25519 under the latest version; the signature names key and version."""
        ...

    def verify(self, *, key_id: str, signature: bytes, message: bytes) -> bool:
        """Return whether this key made the signature, under the version that it names."""
        ...

    def public_key(self, *, key_id: str, version: int | None = None) -> PublicKey:
        """Return the public half of a signing key, of the latest version or of this one."""
        ...

    def rotate(self, *, key_id: str) -> int:
        """Make a new version and return it; old ones go on decrypting and verifying."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class KeyVersion:
    """A version of a key that its keeper has; another `mark` (SHA-256, hex) is other material.

    The mark follows from public halves and times alone: whoever reads it learns nothing of the key.
    """

    keeper: str
    key_id: str
    version: int
    mark: str


class KeyInventory(Protocol):
    """What the keepers of this installation have for us."""

    def held(self) -> Mapping[str, Sequence[KeyVersion] | None]:
        """Return each keeper's versions of our keys; None for a keeper that could not be asked."""
        ...
