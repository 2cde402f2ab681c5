# SPDX-License-Identifier: Apache-2.0
"""Who calls the API: a program with a bearer token, or a page of ours with a session."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from cortex.api.errors import TokenMustBeValid
from cortex.identity.peer_certificates import peer_certificate
from cortex.programs.tokens.bearer import accepted


class BearerAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer …`. A bad token is refused, never replaced by a session beside it."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """Return the user in whose name the token acts, and what it stands for; None when none is given."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = accepted(value.strip(), path=request.path, peer=peer_certificate(request))
        if token is None:
            raise TokenMustBeValid(
                "Access token: expected one that is known, current and for this resource. Fetch a new one.",
                evidence={"object": "access token", "remedy": "fetch a new one"},
            )
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        """Return the challenge of a 401. Source: RFC 6750 section 3."""
        return 'Bearer realm="api"'


class BrowserSessionAuthentication(SessionAuthentication):
    """The session of the signed-in person; unsafe calls need the CSRF token."""
