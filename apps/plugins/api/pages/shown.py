# SPDX-License-Identifier: Apache-2.0
"""What pages of the marketplace show around their content, and words for what rows say in codes."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation

from cortex.errors import CortexError
from cortex.ports.authorizer import StepUpMustComeFirst

LANGUAGE = "en"
CHECKS: Mapping[str, str] = {
    "manifest": "Manifest",
    "licence": "Licence",
    "sbom": "Bill of materials",
    "secrets": "Secrets left in",  # pragma: allowlist secret
    "static_rules": "What the sources do",
    "dependencies": "What it depends on",
    "rights": "Difference of rights",
    "build": "Built from source",
    "smoke_run": "Run in the sandbox",
    "size_and_speed": "Size and speed",
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "passed": ("good", "passed"),
    "failed": ("act", "failed"),
    "could_not": ("look", "could not be made"),
}


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return a page of the marketplace, in the language that its texts are written in."""
    with translation.override(LANGUAGE):
        return render(request, f"marketplace/{template}", dict(context), status=status)


def shown_checks(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return checks with the words for their names and outcomes."""
    return [
        {
            "title": CHECKS.get(each["name"], each["name"]),
            "level": OUTCOMES[each["outcome"]][0],
            "outcome": OUTCOMES[each["outcome"]][1],
            "reason": each["reason"],
            "findings": each["findings"],
        }
        for each in checks
    ]


def do_and_go(
    request: HttpRequest,
    do: Callable[[], str],
    *,
    then: str,
    refused: Callable[[CortexError], HttpResponse],
) -> HttpResponse:
    """Do the verb, say what was done and go on; show the page again where it was refused."""
    try:
        told = do()
    except StepUpMustComeFirst:
        raise
    except CortexError as error:
        if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            raise
        return refused(error)
    messages.success(request, told)
    return HttpResponseRedirect(then, status=HTTPStatus.SEE_OTHER)
