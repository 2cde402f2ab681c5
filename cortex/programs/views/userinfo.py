# SPDX-License-Identifier: Apache-2.0
"""Who a token speaks for. Source: OpenID Connect Core 1.0 section 5.3."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from cortex.identity.peer_certificates import peer_certificate
from cortex.policy.declarations import public
from cortex.ports.second_factors import SecondFactorMustBeAdded
from cortex.programs.id_tokens import identity_claims
from cortex.programs.tokens.bearer import accepted
from cortex.programs.views.doors import unstored


@public("the access token is the credential")
@method_decorator(csrf_exempt, name="dispatch")
class UserInfoView(View):
    """Tells a client about the person that let it know."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer what the token's scopes tell. Source for the refusals: RFC 6750 section 3.1."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        peer = peer_certificate(request)
        try:
            token = (
                accepted(value.strip(), path=request.path, peer=peer) if scheme.lower() == "bearer" else None
            )
        except SecondFactorMustBeAdded:
            # Source: RFC 9470 section 3.
            return _refused("insufficient_user_authentication", status=401)
        if token is None:
            return _refused("invalid_token", status=401)
        if "openid" not in token.scopes or not token.principal.acts_for_person:
            return _refused("insufficient_scope", status=403)
        return unstored(JsonResponse(identity_claims(user=token.user, scopes=token.scopes)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer like GET, with the token in the header as well."""
        return self.get(request)


def _refused(error: str, *, status: int) -> HttpResponse:
    response = JsonResponse({"error": error}, status=status)
    response["WWW-Authenticate"] = f'Bearer realm="userinfo", error="{error}"'
    return unstored(response)
