# SPDX-License-Identifier: Apache-2.0
"""Ciphertexts and signatures that say who made them: `cortex-key:<keeper>:<key id>:<version>:<Base64>`."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self

from cortex.canonical_json import canonical_json
from cortex.ports.key_management import CiphertextMustBeIntact, Context, KeyMustExist

_FORM = re.compile(rb"\Acortex-key:([a-z]{1,20}):([a-z][a-z0-9-]{0,60}):([0-9]{1,10}):([A-Za-z0-9+/=]+)\Z")
KEY_ID = re.compile(r"\A[a-z][a-z0-9-]{0,60}\Z")


@dataclass(frozen=True, slots=True)
class Named:
    """What a key made, with the keeper, the key and the version that made it."""

    keeper: str
    key_id: str
    version: int
    body: bytes

    def pack(self) -> bytes:
        """Return the form that is stored."""
        head = f"cortex-key:{self.keeper}:{self.key_id}:{self.version}:"
        return head.encode() + base64.b64encode(self.body)

    @classmethod
    def parse(cls, untrusted: bytes) -> Self:
        """Read the stored form; raises CiphertextMustBeIntact."""
        found = _FORM.match(untrusted)
        if found is None:
            raise not_intact(expected="cortex-key:KEEPER:KEY:VERSION:BASE64")
        try:
            body = base64.b64decode(found[4], validate=True)
        except binascii.Error as error:
            raise not_intact(expected="Base64") from error
        return cls(keeper=found[1].decode(), key_id=found[2].decode(), version=int(found[3]), body=body)


def bound(context: Context) -> bytes:
    """Return the bytes of a context that encryption authenticates, the same for every keeper."""
    return canonical_json(dict(context))


def not_intact(*, expected: str) -> CiphertextMustBeIntact:
    """Return the refusal; what was got is not shown, since it may be somebody's text."""
    return CiphertextMustBeIntact(
        f"Ciphertext: expected {expected}. It was changed, moved to another place, or its key is another's; "
        "restore it from a backup.",
        evidence={"object": "ciphertext", "expected": expected, "remedy": "restore it from a backup"},
    )


def no_key(*, key_id: str, version: int | None, remedy: str) -> KeyMustExist:
    """Return the refusal of a key that is not kept here."""
    name = key_id[:80] if version is None else f"{key_id[:80]} version {version}"
    return KeyMustExist(
        f"Key {name}: expected to be kept here, got none. To help: {remedy}.",
        evidence={"object": "key", "got": name, "remedy": remedy},
    )
