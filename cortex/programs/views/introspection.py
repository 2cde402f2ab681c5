# SPDX-License-Identifier: Apache-2.0
"""What a token of one's own is worth. Source: RFC 7662."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.models import get_access_token_model
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request

from cortex.errors import CortexError
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.tokens.access_tokens import TYPE
from cortex.programs.tokens.random_values import checksum_of
from cortex.programs.tokens.reading import read_signed
from cortex.programs.usable import counts, owes_second_factor
from cortex.programs.views.doors import bounded

_TOLD = ("sub", "aud", "iss", "iat", "exp", "jti", "acr", "amr", "auth_time", "cnf")


@public("the client's secret is the credential")
@method_decorator(csrf_exempt, name="dispatch")
class IntrospectionView(OAuthLibMixin, View):  # type: ignore[misc] # the library has no types
    """Tells a confidential client about its own tokens; every other token is one that does not count."""

    http_method_names = ["post"]

    @bounded
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer `active` and what the token claims, or `active: false` and nothing else."""
        client = self._client(request)
        if client is None:
            refusal = JsonResponse({"error": "invalid_client"}, status=401)
            refusal["WWW-Authenticate"] = 'Basic realm="introspection"'
            return refusal
        if not request.POST.get("token"):
            return JsonResponse({"error": "invalid_request"}, status=400)
        return JsonResponse(_told(request.POST["token"], client))

    def _client(self, request: HttpRequest) -> Any:
        core = self.get_oauthlib_core()
        asked = Request(*core._extract_params(request))
        return asked.client if core.server.request_validator.authenticate_client(asked) else None


def _told(value: str, client: Any) -> dict[str, Any]:
    rows = get_access_token_model().objects.select_related(
        "application__program", "application__user", "user"
    )
    token = rows.filter(token_checksum=checksum_of(value), application=client).first()
    now = get(Clock).now()
    if token is None or not counts(token, at=now) or owes_second_factor(token):
        return {"active": False}
    try:
        claims = read_signed(token=value, typ=TYPE, issuer=settings.TOKEN_ISSUER, now=now)
    except CortexError:
        return {"active": False}
    return {
        "active": True,
        "token_type": "Bearer",
        "scope": token.scope,
        "client_id": client.client_id,
        **{name: claims[name] for name in _TOLD if name in claims},
    }
