# SPDX-License-Identifier: Apache-2.0
"""What clients must know before they speak to us: endpoints, what is offered, and the public keys.

Every address follows from the configured issuer and none from the Host header.
Sources: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 7517.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cortex.policy.declarations import public
from cortex.ports.registry import get
from cortex.programs.keys.published import ALGORITHM
from cortex.programs.keys.ring import SigningKeys
from cortex.programs.scopes import known_scopes
from cortex.programs.tokens.assurance import CLASSES

JWKS_AGE_SECONDS = 300
_SECRETS = ["client_secret_basic", "client_secret_post"]
_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "device_authorization_endpoint": "device-authorization",
    "revocation_endpoint": "revoke-token",
    "introspection_endpoint": "introspect",
    "userinfo_endpoint": "user-info",
    "end_session_endpoint": "rp-initiated-logout",
    "jwks_uri": "jwks-info",
}


@public("clients read it before they know anything")
@require_safe
def server_metadata(_request: HttpRequest) -> HttpResponse:
    """Answer what this server offers; one document serves both specifications."""
    return _for_everybody(JsonResponse(_metadata()))


@public("public keys")
@require_safe
def key_set(_request: HttpRequest) -> HttpResponse:
    """Answer the keys whose signatures count, the one that signs and those before it."""
    keys = [key.as_jwk for key in get(SigningKeys).shown()]
    response = _for_everybody(JsonResponse({"keys": keys}))
    response["Cache-Control"] = f"public, max-age={JWKS_AGE_SECONDS}"
    return response


def _metadata() -> dict[str, Any]:
    addresses = {
        name: f"{settings.TOKEN_AUDIENCE}{reverse(f'oauth2_provider:{route}')}"
        for name, route in _ENDPOINTS.items()
    }
    return {
        "issuer": settings.TOKEN_ISSUER,
        **addresses,
        "scopes_supported": sorted(known_scopes()),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code",
            "client_credentials",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [*_SECRETS, "none"],
        "revocation_endpoint_auth_methods_supported": [*_SECRETS, "none"],
        "introspection_endpoint_auth_methods_supported": _SECRETS,
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "acr_values_supported": list(CLASSES),
        "prompt_values_supported": ["none", "login", "consent"],
        "claims_supported": ["sub", "name", "preferred_username", "email", "auth_time", "acr", "amr"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def _for_everybody(response: HttpResponse) -> HttpResponse:
    # Nothing in it depends on who asks: a page of any origin may read it.
    response["Access-Control-Allow-Origin"] = "*"
    return response
