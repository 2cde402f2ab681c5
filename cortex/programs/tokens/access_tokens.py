# SPDX-License-Identifier: Apache-2.0
"""Access tokens: JWTs that say for whom, for what and until when. Source: RFC 9068 sections 2.1 and 2.2."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from oauth2_provider.models import get_access_token_model, set_token_value
from oauth2_provider.settings import oauth2_settings

from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.keys.ring import SigningKeys
from cortex.programs.models import Authorization
from cortex.programs.tokens.assurance import assurance_claims

TYPE = "at+jwt"


def signed_for_request(request: Any) -> str:
    """Return a new access token for a request that the OAuth2 server has found good."""
    # What it is for is checked before it is signed; the library does so once more when it stores the token.
    oauth2_settings.OAUTH2_VALIDATOR_CLASS().settle_resource(request)
    return signed_access_token(
        application=request.client,
        scopes=list(request.scopes or []),
        resource=list(request.resource),
        authorization=getattr(request, "authorization", None),
        certificate_thumbprint=getattr(request, "certificate_thumbprint", None),
    )


def signed_access_token(
    *,
    application: Any,
    scopes: list[str],
    resource: list[str] | None = None,
    authorization: Authorization | None = None,
    certificate_thumbprint: str | None = None,
) -> str:
    """Return a signed access token; it opens nothing before its row is stored."""
    issued_at = int(get(Clock).now().timestamp())
    claims: dict[str, Any] = {
        "iss": settings.TOKEN_ISSUER,
        "sub": str(authorization.user_id) if authorization else application.client_id,
        "aud": resource or settings.TOKEN_AUDIENCE,
        "exp": issued_at + oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS,
        "iat": issued_at,
        "jti": str(uuid7()),
        "client_id": application.client_id,
        "scope": " ".join(scopes),
    }
    if authorization is not None:
        claims |= assurance_claims(authorization)
    if certificate_thumbprint is not None:
        claims["cnf"] = {"x5t#S256": certificate_thumbprint}
    return get(SigningKeys).sign(claims=claims, typ=TYPE)


@transactional
def store_access_token(*, token: str, application: Any, scopes: list[str], at: datetime) -> None:
    """Store the digest of a token that was issued without the OAuth2 server's doing."""
    lifetime = timedelta(seconds=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS)
    stored = get_access_token_model()(application=application, scope=" ".join(scopes), expires=at + lifetime)
    set_token_value(stored, token)
    stored.save(force_insert=True)
