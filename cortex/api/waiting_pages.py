# SPDX-License-Identifier: Apache-2.0
"""Lead a person whose verb must wait for a second person to the proposal that now does."""

from http import HTTPStatus
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cortex.ports.waiting_verbs import VerbMustWait, propose_wish
from cortex.tenancy.companies import company_with_id


def lead_to_proposal(request: HttpRequest, waits: VerbMustWait) -> HttpResponse:
    """Propose what the page was asked for, say that nothing is done yet, and show where it waits."""
    proposal, company_id = propose_wish(waits), waits.wish.company_id
    messages.warning(request, "Nothing is done yet: this waits for a second person.")
    if company_id is None:
        url = reverse("admin:approvals_proposal_change", args=[proposal.id])
    else:
        code = quote(company_with_id(company_id=company_id).code)
        url = f"/books/{code}/approvals/{proposal.id}/"
    if getattr(request, "htmx", False):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)
