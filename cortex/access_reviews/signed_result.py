# SPDX-License-Identifier: Apache-2.0
"""A result and its signature in one file, checked by key management or by public key alone."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature

from cortex.access_reviews.errors import ResultMustBeReadable, ResultMustBeTheSignedOne
from cortex.access_reviews.result import FORMAT
from cortex.boot.configuration.artefact.keys import public_keys
from cortex.canonical_json import canonical_json
from cortex.ports.key_management import CiphertextMustBeIntact, KeyManagement, KeyMustExist
from cortex.ports.registry import get
from cortex.secrets.keyring.named import Named

KEY_ID = "cortex-signatures"
# No signature of the same key over anything else can be taken for one over a result.
DOMAIN = b"codexion-cortex access review result v1\n"
BYTES_MAX = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignedResult:
    """A result with the signature over its canonical JSON."""

    result: Mapping[str, Any]
    made: Named

    def as_file(self) -> bytes:
        """Return the bytes of the file: canonical JSON, so that one result has one digest."""
        signature = {
            "algorithm": "Ed25519",
            "keeper": self.made.keeper,
            "key": self.made.key_id,
            "key_version": self.made.version,
            "value": base64.b64encode(self.made.body).decode(),
        }
        return canonical_json({"result": self.result, "signature": signature})


def sign_result(result: Mapping[str, Any]) -> SignedResult:
    """Sign a result; raises KeyMustExist, VaultMustBeReachable."""
    return SignedResult(result, Named.parse(get(KeyManagement).sign(key_id=KEY_ID, message=_message(result))))


def verify_result(untrusted: bytes, *, key_file: str | None = None) -> Mapping[str, Any]:
    """Return the result in these bytes; without a file of public keys, key management is asked.

    Raises: ResultMustBeReadable, ResultMustBeTheSignedOne, KeyMustBeReadable, VaultMustBeReachable.
    """
    signed = _read(untrusted)
    fits = _is_ours(signed) if key_file is None else _fits_a_key_of(signed, key_file)
    if not fits:
        raise ResultMustBeTheSignedOne(
            f"Access review result: expected a signature by {key_file or f'key {KEY_ID}'} over this result, "
            "got a changed result or another key's signature. Ask for the file again where it came from.",
            evidence={"object": "access review result", "remedy": "ask for the file again"},
        )
    return signed.result


def _message(result: Mapping[str, Any]) -> bytes:
    return DOMAIN + canonical_json(dict(result))


def _read(untrusted: bytes) -> SignedResult:
    try:
        read = json.loads(untrusted[: BYTES_MAX + 1])
        result, signature = read["result"], read["signature"]
        body = base64.b64decode(signature["value"], validate=True)
        signed = SignedResult(
            result, Named(signature["keeper"], signature["key"], signature["key_version"], body)
        )
        # One file, one digest: fields that nobody signed and other spellings are refused.
        is_exact = signed.as_file() == untrusted and result["format"] == FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        is_exact = False
    if not is_exact:
        raise ResultMustBeReadable(
            "Access review result: expected the file as it was downloaded, got something else.",
            evidence={"object": "access review result", "expected": FORMAT},
        )
    return signed


def _is_ours(signed: SignedResult) -> bool:
    try:
        return signed.made.key_id == KEY_ID and get(KeyManagement).verify(
            key_id=KEY_ID, signature=signed.made.pack(), message=_message(signed.result)
        )
    except (KeyMustExist, CiphertextMustBeIntact):
        return False


def _fits_a_key_of(signed: SignedResult, key_file: str) -> bool:
    for key in public_keys(key_file, where="--key"):
        try:
            key.verify(signed.made.body, _message(signed.result))
        except InvalidSignature:
            continue
        return True
    return False
