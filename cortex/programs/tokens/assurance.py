# SPDX-License-Identifier: Apache-2.0
"""How a person had signed in, as tokens speak of it. Source: OpenID Connect Core 1.0 section 2."""

from typing import Any

from cortex.ports.principal import Authentication
from cortex.programs.models import Authorization

SINGLE_FACTOR = "urn:cortex:acr:single-factor"
MULTI_FACTOR = "urn:cortex:acr:multi-factor"
CLASSES = (SINGLE_FACTOR, MULTI_FACTOR)


def class_of(authentication: Authentication) -> str:
    """Return the `acr` of a session."""
    return MULTI_FACTOR if authentication.has_second_factor else SINGLE_FACTOR


def assurance_claims(authorization: Authorization) -> dict[str, Any]:
    """Return `acr`, `amr` and `auth_time`, as far as they are known."""
    given = Authentication(
        methods=frozenset(authorization.methods), at=authorization.authenticated_at, certificate=None
    )
    claims: dict[str, Any] = {"acr": class_of(given), "amr": sorted(given.methods)}
    if given.at is not None:
        claims["auth_time"] = int(given.at.timestamp())
    return claims
