# SPDX-License-Identifier: Apache-2.0
"""Who calls the API: a program with a bearer token, or a page of ours with a session."""

import hashlib
from typing import Any

from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from cortex.api.errors import TokenMustBeValid


class BearerAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer …`. A bad token is refused, never replaced by a session beside it."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """Return the client's service user and the token; None when no token is given."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = _stored_token(value.strip())
        if token is None or not _is_usable(token, request):
            raise TokenMustBeValid(
                "Access token: expected one that is known, current and for this resource. Fetch a new one.",
                evidence={"object": "access token", "remedy": "fetch a new one"},
            )
        return token.application.user, token

    def authenticate_header(self, request: Any) -> str:
        """Return the challenge of a 401. Source: RFC 6750 section 3."""
        return 'Bearer realm="api"'


class BrowserSessionAuthentication(SessionAuthentication):
    """The session of the signed-in person; unsafe calls need the CSRF token."""


def _stored_token(value: str) -> Any:
    digest = hashlib.sha256(value.encode()).hexdigest()
    tokens = get_access_token_model().objects.select_related("application__user")
    return tokens.filter(token_checksum=digest).first()


def _is_usable(token: Any, request: Any) -> bool:
    application = token.application
    if application is None or application.user is None or not application.user.is_active:
        return False
    # RFC 8707: a token may be bound to resources.
    is_meant_for_us = not token.resource or token.allows_audience(request.build_absolute_uri(request.path))
    return not token.is_expired() and application.is_usable(request) and is_meant_for_us
