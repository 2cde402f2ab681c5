# SPDX-License-Identifier: Apache-2.0
"""The token endpoint, and the one that takes tokens back. Everything of one request is one transaction."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.views.mixins import OAuthLibMixin

from cortex.database.transactions import transactional
from cortex.policy.declarations import public
from cortex.programs.views.doors import bounded

# No session and no cookie counts here, so no other site can make a browser use one.
_without_session = method_decorator(csrf_exempt, name="dispatch")


@public("the client's secret, or the code and its verifier, is the credential")
@_without_session
class TokenView(OAuthLibMixin, View):  # type: ignore[misc] # the library has no types
    """Gives tokens for codes, refresh tokens and secrets."""

    http_method_names = ["post"]

    @bounded
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer one request for a token."""
        return _answered(lambda: self.create_token_response(request))


@public("the client's secret is the credential; a public client shows the token itself")
@_without_session
class RevokeTokenView(OAuthLibMixin, View):  # type: ignore[misc] # the library has no types
    """Takes tokens back. Source: RFC 7009."""

    http_method_names = ["post"]

    @bounded
    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the token back; the answer is the same for one that never was."""
        return _answered(lambda: self.create_revocation_response(request))


@transactional
def _answered(work: Any) -> HttpResponse:
    """Commit whatever was found out: a refusal may have ended a family."""
    _address, headers, body, status = work()
    response = HttpResponse(content=body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    return response
