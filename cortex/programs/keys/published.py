# SPDX-License-Identifier: Apache-2.0
"""A signing key as the world may know it."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from jwcrypto.jwk import JWK

from cortex.ports.key_management import PublicKey

ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class PublishedKey:
    """One version of the key that signs tokens. Source: RFC 8037 section 2 for the form of its JWK."""

    kid: str
    keeper: str
    version: int
    raw: bytes
    published_at: datetime
    retired_at: datetime | None = None
    # Whether a leaf tells of it; one from before these leaves gets its own when it signs.
    is_told: bool = True

    @property
    def as_jwk(self) -> dict[str, str]:
        """Return the public JWK as it stands in the key set."""
        return {**_required_members(self.raw), "kid": self.kid, "use": "sig", "alg": ALGORITHM}

    @cached_property
    def verifier(self) -> JWK:
        """Return the key as the library takes it."""
        return JWK(**self.as_jwk)

    def made(self, *, keeper: str, version: int) -> bool:
        """Tell whether this is the key and version that a signature names."""
        return (self.keeper, self.version) == (keeper, version)


def thumbprint(raw: bytes) -> str:
    """Return the `kid`: the SHA-256 over the key's required members. Source: RFC 7638 section 3."""
    text = json.dumps(_required_members(raw), sort_keys=True, separators=(",", ":"))
    return unpadded(hashlib.sha256(text.encode()).digest())


def unpublished(public: PublicKey, *, at: datetime) -> PublishedKey:
    """Return the key that is going to sign."""
    return PublishedKey(
        kid=thumbprint(public.raw),
        keeper=public.keeper,
        version=public.version,
        raw=public.raw,
        published_at=at,
    )


def unpadded(data: bytes) -> str:
    """Return Base64 for URLs without padding. Source: RFC 7515 section 2."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _required_members(raw: bytes) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": unpadded(raw)}
