# SPDX-License-Identifier: Apache-2.0
"""What django-allauth asks of this program: which providers there are, how they are called, and what then."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

from cortex.identity.federation.claims import Claims, names_key_of, read_claims
from cortex.identity.federation.providers import Provider, configured_providers, provider_with_id
from cortex.identity.public_links import public_link
from cortex.people.federation.answers import arrived, failed
from cortex.people.federation.calls import DISCOVERY, GuardedSession
from cortex.people.federation.connections import BoundedSession
from cortex.people.federation.kept import keep_document, kept_document
from cortex.people.federation.pending import take_pending

_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ConfiguredProviders(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Providers of the configuration; rows of the database are not asked."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[Any]:
        """Return one application for each provider."""
        found = [each for each in configured_providers() if provider in (None, each.id, "openid_connect")]
        return [_app(each) for each in found]

    def get_requests_session(self) -> BoundedSession:
        """Return the session for the provider of the request."""
        match = getattr(self.request, "resolver_match", None)
        provider_id = match.kwargs.get("provider_id") if match else None
        if not provider_id:
            return BoundedSession()
        return GuardedSession(provider=provider_with_id(provider_id=provider_id))

    def on_authentication_error(self, request: Any, provider: Any, **told: Any) -> None:
        """Answer a failed sign-in with a page of ours; what the provider wrote is not shown."""
        raise ImmediateHttpResponse(failed(request))


class ClosedProvider(OpenIDConnectProvider):  # type: ignore[misc] # allauth has no types
    """Always with PKCE; nothing of the request becomes a parameter of the question."""

    pkce_enabled_default = True


class OpenIdAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth has no types
    """Checks addresses, issuer and token as strictly as the configuration can say."""

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        super().__init__(request, provider_id)
        self.configured: Provider = provider_with_id(provider_id=provider_id)

    def get_provider(self) -> Any:
        """Return allauth's provider for the configured one."""
        return ClosedProvider(self.request, app=_app(self.configured))

    @cached_property
    def openid_config(self) -> Mapping[str, Any]:
        """Return the discovery document; the issuer must be the configured one, and every address https.

        Source: OpenID Connect Discovery 1.0, section 4.3.
        """
        address = self.configured.issuer + DISCOVERY
        kept = kept_document(provider=self.configured, url=address)
        if kept is not None:
            return kept
        document = self._fetched(address)
        if str(document.get("issuer", "")).rstrip("/") != self.configured.issuer:
            raise OAuth2Error("expected the configured issuer, got another one")
        if any(urlsplit(str(document.get(name, ""))).scheme != "https" for name in _ADDRESSES):
            raise OAuth2Error("expected addresses beginning with https://, got others")
        keep_document(provider=self.configured, url=address, document=document)
        return document

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the redirect address, under the configured name of this program."""
        return public_link(route="accounts:federation-callback", provider_id=self.provider_id)

    def get_access_token_data(self, request: HttpRequest, app: Any, client: Any, **given: Any) -> Any:
        """Exchange the code, once it is known to be the asked provider's: another would use it up."""
        if not self._is_answered_by_the_one_asked(request.GET.get("iss")):
            raise OAuth2Error("expected the answer of the provider that was asked, got another's")
        return super().get_access_token_data(request, app, client, **given)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **given: Any) -> Any:
        """Check the token, and go on with a page of ours in place of allauth's sign-up."""
        pending = take_pending(request, provider_id=self.provider_id)
        if pending is None:
            raise OAuth2Error("expected the answer to a question of this session, got another one")
        id_token = str(given["response"].get("id_token", ""))
        claims: Claims = read_claims(
            id_token=id_token,
            jwks=self._keys_for(id_token),
            issuer=str(self.openid_config["issuer"]),
            provider=self.configured,
            nonce=pending.nonce,
        )
        raise ImmediateHttpResponse(arrived(request, self.configured, claims, pending))

    def _is_answered_by_the_one_asked(self, issuer: str | None) -> bool:
        """Return whether the answer names the configured issuer, or need not. Source: RFC 9207, 2.4."""
        if issuer is None:
            # One that says it always names itself has not sent an answer that names nobody.
            return self.openid_config.get("authorization_response_iss_parameter_supported") is not True
        return issuer.rstrip("/") == self.configured.issuer

    def _keys_for(self, id_token: str) -> Mapping[str, Any]:
        """Return the kept keys where the token names one of them, else, once, those of now."""
        address = str(self.openid_config["jwks_uri"])
        kept = kept_document(provider=self.configured, url=address)
        if kept is not None and names_key_of(id_token=id_token, jwks=kept):
            return kept
        document = self._fetched(address)
        keep_document(provider=self.configured, url=address, document=document)
        return document

    def _fetched(self, address: str) -> dict[str, Any]:
        with GuardedSession(provider=self.configured) as session:
            return session.document(address)


def _app(provider: Provider) -> Any:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret(),
        settings={"server_url": provider.issuer, "fetch_userinfo": False, "oauth_pkce_enabled": True},
    )
