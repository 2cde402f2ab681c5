# SPDX-License-Identifier: Apache-2.0
"""A passkey in software, which can also do what no honest one does."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cbor import encode
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftPasskey:
    """Answers challenges as a browser would hand them over; what it claims can be changed."""

    origin: str = "http://testserver"
    flags: FLAG = FLAG.UP | FLAG.UV
    counter: int = 1
    user_handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"soft-passkey-0001"

    def made(self, options: dict[str, Any]) -> str:
        """Return the answer to a request for a new passkey."""
        self.user_handle = websafe_decode(options["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            sha256(options["rp"]["id"].encode()).digest(), self.flags | FLAG.AT, self.counter, credential
        )
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", options["challenge"])),
                "attestationObject": websafe_encode(
                    encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
                ),
            }
        )

    def proof(self, options: dict[str, Any]) -> str:
        """Return the answer to a challenge."""
        self.counter += 1
        data = AuthenticatorData.create(sha256(options["rpId"].encode()).digest(), self.flags, self.counter)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(bytes(data) + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.user_handle),
            }
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        shown = websafe_encode(self.id)
        return json.dumps({"id": shown, "rawId": shown, "type": "public-key", "response": response})
