# SPDX-License-Identifier: Apache-2.0
"""Report a problem with a release."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.plugins.api.pages.forms import ReportForm
from apps.plugins.api.pages.shown import do_and_go, page
from apps.plugins.selectors.marketplace.catalogue import shown_release
from apps.plugins.services.marketplace.report_problem import report_problem
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in


@signed_in("everybody may tell what is wrong; the service asks")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, plugin_id: str, version_text: str) -> HttpResponse:
    """Ask what is wrong, and tell the reviewers."""
    principal = principal_of(request)
    shown = shown_release(plugin_id=plugin_id, version=version_text).release
    form = ReportForm(request.POST if request.method == "POST" else None)

    def show(refusal: CortexError | None = None) -> HttpResponse:
        status = refusal.status if refusal else HTTPStatus.OK
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else status
        context = {"release": shown, "form": form, "refusal": refusal}
        return page(request, "report.html", context, status=status)

    if not form.is_bound or not form.is_valid():
        return show()

    def do() -> str:
        report_problem(
            plugin_id=shown.plugin_id,
            version=shown.version,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            reported_by=principal,
        )
        return "Thank you. Reviewers read it; where it is urgent, write to the publisher too."

    then = reverse("marketplace:version", args=[shown.plugin_id, shown.version])
    return do_and_go(request, do, then=then, refused=show)
