# SPDX-License-Identifier: Apache-2.0
"""ID tokens: who signed in, told to the client and signed with our key. Source: OpenID Connect Core 1.0."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from oauth2_provider.models import get_id_token_model
from oauth2_provider.settings import oauth2_settings

from cortex.errors import CortexError
from cortex.identity.models import User
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.keys.ring import SigningKeys
from cortex.programs.tokens.assurance import assurance_claims
from cortex.programs.tokens.reading import read_claims

TYPE = "JWT"
_CLAIMS_OF_SCOPE = {"profile": ("name", "preferred_username"), "email": ("email",)}


class IdTokenRules:
    """The part of the validator that knows ID tokens."""

    def finalize_id_token(
        self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any
    ) -> str:
        """Complete what the library began, sign it and remember its id."""
        now = get(Clock).now()
        expires = now + timedelta(seconds=oauth2_settings.ID_TOKEN_EXPIRE_SECONDS)
        claims = {
            **{name: id_token[name] for name in ("aud", "iat", "nonce") if id_token.get(name)},
            **identity_claims(user=request.user, scopes=frozenset(request.scopes)),
            **assurance_claims(request.authorization),
            "iss": settings.TOKEN_ISSUER,
            "exp": int(expires.timestamp()),
            "jti": str(uuid4()),
            "at_hash": _half_of_hash(token["access_token"]),
        }
        signed = get(SigningKeys).sign(claims=claims, typ=TYPE)
        self._remember(claims["jti"], request, expires)
        return signed

    def _remember(self, jti: str, request: Any, expires: datetime) -> None:
        # The library links the access token to this row, and finds it again when the person signs out.
        request.id_token = self._save_id_token(jti, request, expires)  # type: ignore[attr-defined] # the library's

    def _load_id_token(self, token: str) -> Any:
        """Return the stored row of an ID token that we signed, or None."""
        claims = id_token_claims(token)
        return get_id_token_model().objects.filter(jti=claims["jti"]).first() if claims else None


def identity_claims(*, user: User, scopes: frozenset[str]) -> dict[str, Any]:
    """Return what these scopes tell of the person; nobody but the client that was let hears it."""
    known = {"name": user.get_full_name(), "preferred_username": user.username, "email": user.email}
    told = {name for scope, names in _CLAIMS_OF_SCOPE.items() if scope in scopes for name in names}
    return {"sub": str(user.id), **{name: value for name, value in known.items() if name in told and value}}


def id_token_claims(token: str) -> dict[str, Any] | None:
    """Return the claims of an ID token of ours, over or not, or None."""
    try:
        claims = dict(read_claims(token=token, typ=TYPE))
    except CortexError:
        return None
    return claims if claims.get("iss") == settings.TOKEN_ISSUER and "jti" in claims else None


def _half_of_hash(token: str) -> str:
    """Return `at_hash`; the hash of Ed25519 is SHA-512. Source: OpenID Connect Core 1.0 section 3.1.3.6."""
    digest = hashlib.sha512(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
