# SPDX-License-Identifier: Apache-2.0
"""Give a credential again before something dangerous, and go back to where it was asked for."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cortex.errors import CortexError
from cortex.identity.authentication import PASSWORD
from cortex.identity.devices import address_of
from cortex.identity.federation.linking import linked_providers
from cortex.identity.federation.providers import Provider, configured_providers
from cortex.identity.models import User
from cortex.identity.password_sign_in import check_credentials
from cortex.identity.second_factors.stored import PASSKEY, factors_of
from cortex.identity.sessions import confirm_session
from cortex.people.account_pages import own_account
from cortex.people.arrivals import go_on, safe_next
from cortex.people.pages.signing_in import page_status, second_factor_of
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@own_account("whoever is signed in confirms that it is still them", must_be_fresh=False)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for the second factor, or for the password of who has none."""
    kinds = {factor.kind for factor in factors_of(user_id=user.id)}
    refusal = None
    if request.method == "POST":
        try:
            methods = second_factor_of(request, user) if kinds else _password(request, user)
        except CortexError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            refusal = error
        else:
            confirm_session(request=request, user=user, methods=methods, at=get(Clock).now())
            return go_on(safe_next(request))
    context = {
        "refusal": refusal,
        "next": safe_next(request),
        "was_sent": "sent" in request.GET or "sent" in request.POST,
        "has_factor": bool(kinds),
        "has_passkey": PASSKEY in kinds,
        "has_password": user.has_usable_password(),
        # Of whoever has a factor that one counts alone.
        "providers": [] if kinds else _providers(user),
    }
    return render(request, "accounts/confirm.html", context, status=page_status(refusal))


def _password(request: HttpRequest, user: User) -> frozenset[str]:
    check_credentials(
        username=user.username,
        password=request.POST.get("password", "")[:1000],
        address=address_of(request),
        at=get(Clock).now(),
    )
    return frozenset({PASSWORD})


def _providers(user: User) -> list[Provider]:
    linked = linked_providers(user=user)
    return [provider for provider in configured_providers() if provider.id in linked]
