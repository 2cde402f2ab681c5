# SPDX-License-Identifier: Apache-2.0
"""Turn refusals outside REST views into an answer: a problem for programs, a page for people."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.defaults import page_not_found, server_error

from cortex.api.errors import RouteMustExist
from cortex.api.problems import problem_of, tell_when_to_retry
from cortex.api.refusals import is_for_programs, refusal_for_programs
from cortex.api.step_up import lead_to_confirmation
from cortex.api.waiting_pages import lead_to_proposal
from cortex.errors import CortexError
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.waiting_verbs import VerbMustWait


class CortexErrorMiddleware:
    """Answers a CortexError that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer the refusal; leave everything else to Django."""
        if not isinstance(error, CortexError):
            return None
        if is_for_programs(request):
            return refusal_for_programs(error, request=request)
        if isinstance(error, StepUpMustComeFirst):
            return lead_to_confirmation(request)
        if isinstance(error, VerbMustWait):
            return self._proposed(request, error)
        if error.status == HTTPStatus.UNAUTHORIZED:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        return self._refused(request, error)

    def _proposed(self, request: HttpRequest, waits: VerbMustWait) -> HttpResponseBase:
        """Propose it; what cannot be proposed either is refused by its own reason."""
        try:
            return lead_to_proposal(request, waits)
        except CortexError as error:
            return self._refused(request, error)

    def _refused(self, request: HttpRequest, error: CortexError) -> HttpResponseBase:
        problem = problem_of(error, request=request)
        page = render(request, "errors/refused.html", {"problem": problem}, status=error.status)
        tell_when_to_retry(page, error)
        return page


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that nothing is served under (Django's handler404)."""
    if not is_for_programs(request):
        return page_not_found(request, exception)
    return refusal_for_programs(
        RouteMustExist(
            f"Path {request.path[:200]}: expected a route of this API, got none. See /api/v1/docs/.",
            evidence={"object": "path", "got": request.path[:200], "remedy": "see /api/v1/docs/"},
        ),
        request=request,
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected (Django's handler500), without telling why."""
    if is_for_programs(request):
        return refusal_for_programs(RuntimeError("unexpected"), request=request)
    return server_error(request)
