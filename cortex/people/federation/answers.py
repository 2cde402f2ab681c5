# SPDX-License-Identifier: Apache-2.0
"""What becomes of a provider's answer: a session, a link, or a page that says why not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cortex.errors import CortexError
from cortex.identity.authentication import FEDERATED, Vouched
from cortex.identity.devices import address_of
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.confirming import confirm_by_provider
from cortex.identity.federation.linking import link, person_of
from cortex.identity.federation.mapping import map_memberships
from cortex.identity.federation.providers import Provider
from cortex.identity.freshness import require_fresh
from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.identity.sign_in_attempts import federation_subject, forget_attempts
from cortex.people.arrivals import arrive, go_on
from cortex.people.federation.connections import ProviderMustBeReachable
from cortex.people.federation.pending import Asked
from cortex.ports.clock import Clock
from cortex.ports.registry import get


def arrived(request: HttpRequest, provider: Provider, claims: Claims, asked: Asked) -> HttpResponse:
    """Link the account, take a credential given again, or sign its person in with what rules give them."""
    if asked.user:
        user = request.user
        # Whoever signed in meanwhile as somebody else links and confirms nothing.
        if not isinstance(user, User) or str(user.id) != asked.user:
            return failed(request)
        return (_confirmed if asked.confirms else _linked)(request, user, provider, claims, asked)
    user = person_of(provider=provider, claims=claims)
    map_memberships(provider=provider, claims=claims, user=user)
    forget_attempts(whole=(), once=[federation_subject(address_of(request))])
    vouched = Vouched(claims.signed_in_at)
    return arrive(request, user=user, methods=[FEDERATED], next_url=asked.next_url, vouched=vouched)


def _linked(
    request: HttpRequest, user: User, provider: Provider, claims: Claims, asked: Asked
) -> HttpResponse:
    actor = principal_of(request)
    # The credential may have grown old while the browser was there.
    require_fresh(principal=actor, at=get(Clock).now())
    link(provider=provider, claims=claims, user=user, actor=actor)
    messages.success(request, f"{provider.name} is linked. You can sign in with it.")
    return redirect("accounts:security")


def _confirmed(
    request: HttpRequest, user: User, provider: Provider, claims: Claims, asked: Asked
) -> HttpResponse:
    now = get(Clock).now()
    confirm_by_provider(
        request=request, user=user, provider=provider, claims=claims, asked_at=asked.at, at=now
    )
    return go_on(asked.next_url)


def failed(request: HttpRequest, error: CortexError | None = None) -> HttpResponse:
    """Say that it did not work, and offer the sign-in that needs nobody else."""
    refusal = error or ProviderMustBeReachable(
        "The other system did not confirm who you are. Begin again, or sign in with your password."
    )
    context = {"refusal": refusal}
    return render(request, "accounts/federation_failed.html", context, status=refusal.status)
