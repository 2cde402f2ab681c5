# SPDX-License-Identifier: Apache-2.0
"""A program asks that its person signs out here as well. Source: OpenID Connect RP-Initiated Logout 1.0."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from oauth2_provider.exceptions import ClientIdMissmatch, InvalidIDTokenError, InvalidOIDCClientError
from oauth2_provider.exceptions import InvalidOIDCRedirectURIError as AddressMustBeRegistered
from oauth2_provider.models import get_application_model, get_id_token_model
from oauth2_provider.views import RPInitiatedLogoutView

from cortex.database.transactions import transactional
from cortex.identity.principals import principal_of_user
from cortex.identity.sessions import note_sign_out
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.families import SIGNED_OUT, end_family
from cortex.programs.id_tokens import id_token_claims
from cortex.programs.models import Authorization
from cortex.programs.redirects import is_registered
from cortex.programs.views.answers import page_that_leads_to, sent_to


@public("whoever is signed in is asked; for others there is nothing to end")
class LogoutView(RPInitiatedLogoutView):  # type: ignore[misc] # the library has no types
    """Asks the person, ends the session and what the program was allowed, and leads back."""

    template_name = "programs/logout.html"
    http_method_names = ["get", "post"]

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Let the form end where the program may be returned to."""
        page: HttpResponse = super().render_to_response(context, **kwargs)
        address = self.oidc_data.get("post_logout_redirect_uri")
        return page_that_leads_to(page, address) if address else page

    def validate_logout_request_user(self, id_token_hint: str | None, client_id: str | None) -> Any:
        """Return the ID token's row; raises InvalidIDTokenError, ClientIdMissmatch."""
        if not id_token_hint:
            return None
        claims = id_token_claims(id_token_hint)
        rows = get_id_token_model().objects.select_related("application", "user")
        row = rows.filter(jti=_uuid(claims["jti"])).first() if claims else None
        if row is None:
            raise InvalidIDTokenError
        if client_id and row.application.client_id != client_id:
            raise ClientIdMissmatch
        return row

    def get_request_application(self, id_token: Any, client_id: str | None) -> Any:
        """Return the client that asks; raises InvalidOIDCClientError."""
        if not client_id:
            return id_token.application if id_token else None
        application = get_application_model().objects.filter(client_id=client_id).first()
        if application is None:
            raise InvalidOIDCClientError
        return application

    def validate_post_logout_redirect_uri(
        self, application: Any, post_logout_redirect_uri: str | None
    ) -> None:
        """Allow an address that was registered for this, letter by letter."""
        if not post_logout_redirect_uri:
            return
        if application is None:
            raise InvalidOIDCClientError
        if not is_registered(post_logout_redirect_uri, registered=application.post_logout_redirect_uris):
            raise AddressMustBeRegistered("This address is not registered.")

    def do_logout(
        self,
        application: Any = None,
        post_logout_redirect_uri: str | None = None,
        state: str | None = None,
        token_user: Any = None,
    ) -> HttpResponse:
        """End the session and what this person allows this program; nobody else's is touched."""
        if application is not None and self.request.user.is_authenticated:
            _end_what_was_allowed(application=application, user=self.request.user)
        if self.request.user.is_authenticated:
            note_sign_out(session=self.request.session, actor=principal_of_user(self.request.user))
        logout(self.request)
        if not post_logout_redirect_uri:
            return HttpResponseRedirect(resolve_url("accounts:login"))
        told = urlencode({"state": state}) if state else ""
        joint = ("&" if "?" in post_logout_redirect_uri else "?") if told else ""
        return sent_to(f"{post_logout_redirect_uri}{joint}{told}")


@transactional
def _end_what_was_allowed(*, application: Any, user: Any) -> None:
    open_ones = Authorization.objects.filter(application=application, user=user, ended_at__isnull=True)
    for authorization in open_ones:
        end_family(authorization=authorization, because=SIGNED_OUT, at=get(Clock).now())


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
