# SPDX-License-Identifier: Apache-2.0
"""Withdraw a release of one's own."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.plugins.api.pages.forms import WithdrawForm
from apps.plugins.api.pages.shown import do_and_go, page
from apps.plugins.selectors.marketplace.submissions import own_release
from apps.plugins.services.marketplace.withdraw_release import withdraw_release
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in


@signed_in("everybody looks after what they released; the service asks whose it is")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, plugin_id: str, version_text: str) -> HttpResponse:
    """Ask why, and whether it must not run any more."""
    principal = principal_of(request)
    row = own_release(plugin_id=plugin_id, version=version_text, owner=principal)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def show(refusal: CortexError | None = None) -> HttpResponse:
        status = refusal.status if refusal else HTTPStatus.OK
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else status
        return page(
            request, "withdraw.html", {"release": row, "form": form, "refusal": refusal}, status=status
        )

    if not form.is_bound or not form.is_valid():
        return show()

    def do() -> str:
        withdraw_release(
            plugin_id=row.plugin_id,
            version=row.version,
            reason=form.cleaned_data["reason"],
            is_revoked=form.cleaned_data["how"] == "revoke",
            withdrawn_by=principal,
        )
        return f"{row} is withdrawn."

    return do_and_go(request, do, then=reverse("marketplace:mine"), refused=show)
