# SPDX-License-Identifier: Apache-2.0
"""One's own submissions: send one in, see what its review found, sign what was built."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.plugins.api.pages.forms import ConfirmForm, SubmitForm
from apps.plugins.api.pages.shown import do_and_go, page, shown_checks
from apps.plugins.domain.bundle import SUFFIX
from apps.plugins.selectors.marketplace.submissions import built_bundle, own_submission, reviewed
from apps.plugins.services.marketplace.confirm_submission import confirm_submission
from apps.plugins.services.marketplace.submit_plugin import SentIn, submit_plugin
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in

_OWN = "everybody looks after what they sent in; the service asks whose it is"
_SECONDS_BETWEEN_LOOKS = 5


@signed_in(_OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Send a version in."""
    is_sent = request.method == "POST"
    form = SubmitForm(request.POST, request.FILES) if is_sent else SubmitForm()
    principal, done = principal_of(request), dict[str, UUID]()

    def show(refusal: CortexError | None = None) -> HttpResponse:
        status = refusal.status if refusal else HTTPStatus.OK
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else status
        return page(request, "submit.html", {"form": form, "refusal": refusal}, status=status)

    if not is_sent or not form.is_valid():
        return show()
    given = form.cleaned_data
    sent = SentIn(
        archive=given["archive"].read(),
        statement=given["statement"].read().decode(errors="replace"),
        channel=given["channel"],
    )
    try:
        done["id"] = submit_plugin(sent=sent, submitted_by=principal).id
    except CortexError as error:
        return show(error)
    then = reverse("marketplace:submission", args=[done["id"]])
    return do_and_go(request, lambda: "It is sent in and is being checked.", then=then, refused=show)


@signed_in(_OWN)
@never_cache
@require_safe
def submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Show how far it is, what the checks found and what reviewers decided."""
    return _shown(request, submission_id)


@signed_in(_OWN)
@never_cache
@require_safe
def bundle(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Hand out what was built, for the publisher to look at and sign."""
    row = own_submission(submission_id=submission_id, owner=principal_of(request))
    name = f"{row.plugin_id}-{row.version}{SUFFIX}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        built_bundle(submission=row), content_type="application/octet-stream", headers=headers
    )


@signed_in(_OWN)
@never_cache
@require_POST
def confirm(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Take the publisher's signature."""
    form, principal = ConfirmForm(request.POST, request.FILES), principal_of(request)
    own_submission(submission_id=submission_id, owner=principal)

    def do() -> str:
        given = form.cleaned_data["attestation"].read() if form.is_valid() else b""
        confirm_submission(
            submission_id=submission_id,
            attestation=given.decode(errors="replace"),
            confirmed_by=principal,
        )
        return "Your signature is on it. It waits for its release by a second person."

    then = reverse("marketplace:submission", args=[submission_id])
    return do_and_go(request, do, then=then, refused=lambda error: _shown(request, submission_id, error))


def _shown(request: HttpRequest, submission_id: UUID, refusal: CortexError | None = None) -> HttpResponse:
    found = reviewed(submission=own_submission(submission_id=submission_id, owner=principal_of(request)))
    context = {
        "submission": found.submission,
        "run": found.run,
        "checks": shown_checks(found.run.checks) if found.run else [],
        "decisions": found.decisions,
        "confirm_form": ConfirmForm(),
        "refusal": refusal,
    }
    shown = page(request, "submission.html", context, status=refusal.status if refusal else HTTPStatus.OK)
    if found.run and not found.run.is_finished:
        # The page looks again by itself, also where no script runs.
        shown["Refresh"] = str(_SECONDS_BETWEEN_LOOKS)
    return shown
