# SPDX-License-Identifier: Apache-2.0
"""Go to a provider, come back from it, and link or unlink it."""

import json

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cortex.container.providers.deadlines import within
from cortex.container.providers.errors import CallRefused
from cortex.errors import CortexError
from cortex.identity.devices import address_of
from cortex.identity.federation.linking import unlink
from cortex.identity.federation.providers import provider_with_id
from cortex.identity.models import User
from cortex.identity.password_sign_in import record_failure
from cortex.identity.principals import principal_of
from cortex.identity.sign_in_attempts import SignInMustNotBeGuessed, count_attempt, federation_subject
from cortex.people.account_pages import own_account
from cortex.people.arrivals import safe_next
from cortex.people.federation.adapters import OpenIdAdapter
from cortex.people.federation.answers import failed
from cortex.people.federation.pending import remember_pending
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_entrance = public("whoever signs in is not signed in yet")
_FAULTS = (requests.RequestException, OAuth2Error, json.JSONDecodeError, CallRefused)
# For all calls of one request together: so long one thread of the web process may wait for a provider.
SIGN_IN_SECONDS_MAX = 10


@_entrance
@never_cache
@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider; POST only, so no other site can begin a sign-in."""
    place = federation_subject(address_of(request))
    try:
        count_attempt(subjects=[place], at=get(Clock).now(), of="sign-ins that were begun and not ended")
    except SignInMustNotBeGuessed as error:
        return failed(request, error)
    return _ask(request, provider_id=provider_id, next_url=safe_next(request))


@own_account("everybody links their own account")
@never_cache
@require_POST
def begin_linking(request: HttpRequest, user: User, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, to link it to the account that is signed in."""
    return _ask(request, provider_id=provider_id, next_url="", user=str(user.id))


@own_account("whoever is signed in confirms that it is still them", must_be_fresh=False)
@never_cache
@require_POST
def begin_confirming(request: HttpRequest, user: User, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, which is to ask for a credential whatever session it has."""
    return _ask(
        request, provider_id=provider_id, next_url=safe_next(request), user=str(user.id), confirms=True
    )


@own_account("everybody unlinks their own account")
@never_cache
@require_POST
def end_linking(request: HttpRequest, user: User, provider_id: str) -> HttpResponse:
    """Take the link away."""
    unlink(provider_id=provider_id, user=user, actor=principal_of(request))
    messages.success(request, "The link is taken away.")
    return redirect("accounts:security")


@_entrance
@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer: state and PKCE are checked by allauth, the rest by our adapter."""
    provider_with_id(provider_id=provider_id)
    try:
        with within(SIGN_IN_SECONDS_MAX):
            called = OAuth2CallbackView.adapter_view(OpenIdAdapter(request, provider_id))
            answer: HttpResponse = called(request)
    except _FAULTS:
        return failed(request)
    except CortexError as error:
        record_failure(user_id=None)
        return failed(request, error)
    return answer


def _ask(
    request: HttpRequest, *, provider_id: str, next_url: str, user: str = "", confirms: bool = False
) -> HttpResponse:
    """Show a page that leads on: pages may send forms nowhere else, not even by a redirect."""
    configured = provider_with_id(provider_id=provider_id)
    try:
        provider = OpenIdAdapter(request, provider_id).get_provider()
        provider.get_oauth2_adapter = lambda asked: OpenIdAdapter(asked, provider_id)
        nonce = remember_pending(
            request, provider_id=provider_id, next_url=next_url, user=user, confirms=confirms
        )
        with within(SIGN_IN_SECONDS_MAX):
            answer: HttpResponse = provider.redirect(
                request,
                process="login",
                scope=list(configured.scopes),
                auth_params={"nonce": nonce, **_how_old(confirms=confirms)},
            )
    except _FAULTS:
        return failed(request)
    if "Location" not in answer.headers:
        return answer
    context = {"url": answer.headers["Location"], "provider": configured}
    return render(request, "accounts/federation_go.html", context)


def _how_old(*, confirms: bool) -> dict[str, str]:
    """Return how old a sign-in there may be; whoever is asked for it also says when it was.

    A session there counts as long as one of ours lasts; to confirm, none does.

    Source: OpenID Connect Core 1.0, section 3.1.2.1.
    """
    if confirms:
        return {"max_age": "0", "prompt": "login"}
    return {"max_age": str(settings.SESSION_COOKIE_AGE)}
