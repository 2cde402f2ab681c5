# SPDX-License-Identifier: Apache-2.0
"""Answers that go through the browser to the program: always with the issuer, never to another address."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.http import OAuth2ResponseRedirect

from cortex.programs.asked import Asked
from cortex.programs.redirects import origin_of

# An address is registered or it is not; its scheme was judged when it was.
_SCHEMES = ["https", "http"]


def answer_to(asked: Asked, *, error: str | None = None, address: str | None = None) -> HttpResponse:
    """Send the browser back to the program with a code, or with an error. Source: RFC 9207 section 2."""
    if address is not None:
        return sent_to(address)
    told = {"error": str(error), "iss": settings.TOKEN_ISSUER}
    if asked.state:
        told["state"] = asked.state
    return sent_to(_extended(asked.redirect_uri, told))


def error_to(request: HttpRequest, error: OAuthToolkitError, *, asked: Asked | None = None) -> HttpResponse:
    """Tell the program, or the person alone where the program or its address is not to be trusted."""
    told = error.oauthlib_error
    if isinstance(error, FatalClientError) or not told.redirect_uri:
        page = {"reason": told.description or told.error}
        return render(request, "programs/refused.html", page, status=400)
    parameters = {**dict(told.twotuples), "iss": settings.TOKEN_ISSUER}
    return sent_to(_extended(told.redirect_uri, parameters))


def page_that_leads_to(page: HttpResponse, address: str) -> HttpResponse:
    """Let the page's form end at this address: browsers hold redirects after a form to `form-action` too."""
    page._csp_update = {"form-action": [origin_of(address)]}  # type: ignore[attr-defined] # read by the middleware
    return page


def sent_to(address: str) -> HttpResponse:
    """Send the browser to an address that was found registered."""
    return cast(HttpResponse, OAuth2ResponseRedirect(address, _SCHEMES))


def _extended(address: str, parameters: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"
