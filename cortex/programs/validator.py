# SPDX-License-Identifier: Apache-2.0
"""The rules of the OAuth2 server, where ours are stricter than the library's.

The library's token endpoint runs inside one transaction of ours: the rows that decide are locked here, so
that of a hundred who bring the same code or refresh token one is served. Codes are stored as digests.
"""

from typing import Any

from django.conf import settings
from oauth2_provider.models import AbstractApplication, get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator, validate_resource_as_url_prefix
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2.rfc6749 import errors

from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.backend import peer_of
from cortex.programs.client_authentication import has_shown_its_secret, shown_in, work_as_for_a_known_client
from cortex.programs.codes import CodeRules
from cortex.programs.device_codes import DeviceRules
from cortex.programs.id_tokens import IdTokenRules
from cortex.programs.redirects import is_registered
from cortex.programs.refreshing import RefreshRules
from cortex.programs.scopes import allowed_scopes
from cortex.programs.tokens.revoking import revoke_for_client
from cortex.programs.usable import has_its_certificate, is_served

CODE, DEVICE_CODE = AbstractApplication.GRANT_AUTHORIZATION_CODE, AbstractApplication.GRANT_DEVICE_CODE
# Which kind of client may use which grant; what is not listed is open to nobody.
_GRANTS = {
    "authorization_code": {CODE},
    "client_credentials": {AbstractApplication.GRANT_CLIENT_CREDENTIALS},
    "refresh_token": {CODE, DEVICE_CODE},
    "urn:ietf:params:oauth:grant-type:device_code": {DEVICE_CODE},
}


class Validator(CodeRules, RefreshRules, DeviceRules, IdTokenRules, OAuth2Validator):  # type: ignore[misc] # untyped
    """Deny by default; every yes is written out."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Let a confidential client in that shows its secret; nobody else."""
        shown = shown_in(request)
        if shown is None:
            return False
        application = self._load_application(shown.client_id, request)
        if application is None or application.client_type != AbstractApplication.CLIENT_CONFIDENTIAL:
            work_as_for_a_known_client(shown.secret)
            return False
        is_itself = has_shown_its_secret(application, secret=shown.secret)
        return is_itself and _has_shown_its_certificate(application, request)

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Let a public client in by its name, which proves nothing: PKCE and rotation do."""
        application = self._load_application(client_id, request)
        if application is None or application.client_type != AbstractApplication.CLIENT_PUBLIC:
            return False
        return _has_shown_its_certificate(application, request)

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Ask everybody for a secret but a public client that shows none."""
        shown = shown_in(request)
        if shown is None or shown.secret is not None:
            return True
        application = self._load_application(shown.client_id, request)
        return application is None or application.client_type != AbstractApplication.CLIENT_PUBLIC

    def _load_application(self, client_id: str, request: Any) -> Any:
        """Find the client with its terms; one that is not served does not exist here."""
        known = request.client
        if known is not None and getattr(known, "client_id", None) == client_id:
            return known
        request.client = None
        if not client_id or "\x00" in client_id:
            return None
        clients = get_application_model().objects.select_related("program", "user")
        application = clients.filter(client_id=client_id).first()
        if application is None or not is_served(application):
            return None
        request.client = application
        return application

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow the grant that the client was made for."""
        return request.client.authorization_grant_type in _GRANTS.get(grant_type, ())

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow codes, and nothing that would put a token into an address."""
        return response_type == "code" and client.authorization_grant_type == CODE

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow an address that was registered, letter by letter."""
        return is_registered(redirect_uri, registered=request.client.redirect_uris)

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Guess no address: it is named in the question and again with the code."""
        return

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Ask every client for PKCE, those with a secret as well."""
        return True

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow what the client's terms allow."""
        known = oauth2_settings.SCOPES_BACKEND_CLASS().get_available_scopes(application=client)
        return set(scopes) <= set(known) & allowed_scopes(client)

    def validate_silent_login(self, request: Any) -> bool:
        """Leave `prompt=none` to the page, which knows who is signed in."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        """Leave `prompt=none` to the page, which knows what was allowed before."""
        return True

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Take back a token of this client and what belongs to it; of any other nothing is told."""
        revoke_for_client(token=token, application=request.client)

    def settle_resource(self, request: Any) -> None:
        """Find out for which resources a token is to be; raises the OAuth2 error `invalid_target`."""
        self._check_and_set_request_resource(request)

    def _validate_resource_uris(self, request: Any, resources: list[str]) -> None:
        """Refuse resources that are not ours: nobody else could know that the token is not for them."""
        super()._validate_resource_uris(request, resources)
        foreign = [
            each for each in resources if not validate_resource_as_url_prefix(each, [settings.TOKEN_AUDIENCE])
        ]
        if foreign:
            raise errors.CustomOAuth2Error(
                error="invalid_target", description="The resource is none of this server's.", request=request
            )

    def _save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Store digests; the family is that of the person's yes."""
        super()._save_bearer_token(token, request, *args, **kwargs)
        self.note_use(request, at=get(Clock).now())


def _has_shown_its_certificate(application: Any, request: Any) -> bool:
    """Tell whether the client came with its certificate, and bind its tokens to it. Source: RFC 8705."""
    peer = peer_of(request)
    if application.program.requires_certificate and peer is not None:
        request.certificate_thumbprint = peer.thumbprint
    return has_its_certificate(application, peer)
