# SPDX-License-Identifier: Apache-2.0
"""Lead a person whose credential is too old to the page that asks for one, and from there back."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode


def lead_to_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the browser to the confirmation; what a form sent is not done, and the page there says so."""
    query = {"next": _way_back(request)}
    if request.method not in ("GET", "HEAD"):
        query["sent"] = "1"
    url = f"{reverse('accounts:confirm')}?{urlencode(query)}"
    if getattr(request, "htmx", False):
        # A redirect would put the form into the middle of the page.
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _way_back(request: HttpRequest) -> str:
    """Return the page that was asked for, or the one that holds the form."""
    if request.method in ("GET", "HEAD") and not getattr(request, "htmx", False):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
