# SPDX-License-Identifier: Apache-2.0
"""One's own publishers: claim a namespace, add keys, prove and revoke them."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.plugins.api.pages.forms import ClaimForm, KeyForm, ProofForm, ReasonForm
from apps.plugins.api.pages.shown import do_and_go, page
from apps.plugins.selectors.marketplace.publishers import publishers_of
from apps.plugins.selectors.marketplace.submissions import submissions_of
from apps.plugins.services.marketplace.add_publisher_key import add_publisher_key
from apps.plugins.services.marketplace.claim_namespace import claim_namespace
from apps.plugins.services.marketplace.revoke_publisher_key import revoke_publisher_key
from apps.plugins.services.marketplace.verify_publisher_key import verify_publisher_key
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in

_OWN = "everybody looks after their own publishers; the service asks whose it is"


@signed_in(_OWN)
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show one's publishers with their keys, and what was sent in."""
    return _shown(request)


@signed_in(_OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Claim a namespace."""
    form, principal = ClaimForm(request.POST if request.method == "POST" else None), principal_of(request)

    def show(refusal: CortexError | None = None) -> HttpResponse:
        status = refusal.status if refusal else HTTPStatus.OK
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else status
        return page(request, "claim.html", {"form": form, "refusal": refusal}, status=status)

    if not form.is_bound or not form.is_valid():
        return show()

    def do() -> str:
        row = claim_namespace(claimed_by=principal, **form.cleaned_data)
        return f"{row.namespace} is yours. Add a key now; a platform administrator confirms your domain."

    return do_and_go(request, do, then=reverse("marketplace:mine"), refused=show)


@signed_in(_OWN)
@never_cache
@require_POST
def add_key(request: HttpRequest, namespace: str) -> HttpResponse:
    """Name a key; its challenge is shown beside it."""
    form, principal = KeyForm(request.POST), principal_of(request)

    def do() -> str:
        given = form.cleaned_data["public_key"] if form.is_valid() else ""
        row = add_publisher_key(namespace=namespace, public_key=given, added_by=principal)
        return f"Key {row.keyid[:12]} is added. It counts when its challenge is signed."

    return do_and_go(
        request, do, then=reverse("marketplace:mine"), refused=lambda error: _shown(request, error)
    )


@signed_in(_OWN)
@never_cache
@require_POST
def verify_key(request: HttpRequest, namespace: str, keyid: str) -> HttpResponse:
    """Take the signed challenge."""
    form, principal = ProofForm(request.POST), principal_of(request)

    def do() -> str:
        given = form.cleaned_data["statement"] if form.is_valid() else ""
        verify_publisher_key(namespace=namespace, keyid=keyid, statement=given, verified_by=principal)
        return f"Key {keyid[:12]} is proved: its signatures count from now on."

    return do_and_go(
        request, do, then=reverse("marketplace:mine"), refused=lambda error: _shown(request, error)
    )


@signed_in(_OWN)
@never_cache
@require_POST
def revoke_key(request: HttpRequest, namespace: str, keyid: str) -> HttpResponse:
    """Revoke a key, for good."""
    form, principal = ReasonForm(request.POST), principal_of(request)

    def do() -> str:
        given = form.cleaned_data["reason"] if form.is_valid() else ""
        revoke_publisher_key(namespace=namespace, keyid=keyid, reason=given, revoked_by=principal)
        return f"Key {keyid[:12]} is revoked. Withdraw what it signed and must not run any more."

    return do_and_go(
        request, do, then=reverse("marketplace:mine"), refused=lambda error: _shown(request, error)
    )


def _shown(request: HttpRequest, refusal: CortexError | None = None) -> HttpResponse:
    owner = principal_of(request)
    context = {
        "publishers": publishers_of(owner=owner),
        "submissions": submissions_of(owner=owner),
        "key_form": KeyForm(auto_id=False),
        "refusal": refusal,
    }
    return page(request, "mine.html", context, status=refusal.status if refusal else HTTPStatus.OK)
