# SPDX-License-Identifier: Apache-2.0
"""Whoever must have a second factor gives it, or adds one, before anything else is done in the session."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from cortex.api.refusals import is_for_programs, refusal_for_programs
from cortex.api.step_up import lead_to_confirmation
from cortex.identity.authentication import authentication_of
from cortex.identity.models import User
from cortex.identity.second_factors.stored import has_second_factor
from cortex.people.obligations import must_have_second_factor
from cortex.policy.declarations import declaration_of
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.second_factors import SecondFactorMustBeAdded

# All that whoever has no second factor can do: add one, and confirm for it that it is them.
OPEN = frozenset(
    f"accounts:{name}"
    for name in (
        "enrol",
        "add-passkey",
        "passkey-options",
        "begin-app",
        "confirm-app",
        "confirm",
        "confirm-federation",
    )
)
# Pages for everybody at which somebody signed in acts as who they are.
ACTING = frozenset({"accounts:invitation"})


class SecondFactorMiddleware:
    """Looks at sessions of people; tokens say themselves how their person had signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _positional: Any, _named: Any
    ) -> HttpResponseBase | None:
        """Lead on whoever must not go further yet; let everybody else pass."""
        if not _is_in_doubt(request) or _is_open(request, view):
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_active or not must_have_second_factor(user=user):
            return None
        return _to_confirm(request) if has_second_factor(user_id=user.id) else _to_enrol(request)


def _is_in_doubt(request: HttpRequest) -> bool:
    session = request.session
    return SESSION_KEY in session and not authentication_of(session=session).has_second_factor


def _is_open(request: HttpRequest, view: Any) -> bool:
    declared, match = declaration_of(view), request.resolver_match
    name = "" if match is None else match.view_name
    is_public = declared is not None and declared.kind == "public"
    return (is_public and name not in ACTING) or name in OPEN


def _to_confirm(request: HttpRequest) -> HttpResponseBase:
    if not is_for_programs(request):
        return lead_to_confirmation(request)
    error = StepUpMustComeFirst(
        "Session: expected a second factor, got none. Give yours on the page that confirms who you are.",
        evidence={
            "object": "session",
            "expected": "a second factor",
            "got": "none in this session",
            "remedy": "confirm that it is you",
        },
    )
    return refusal_for_programs(error, request=request)


def _to_enrol(request: HttpRequest) -> HttpResponseBase:
    if not is_for_programs(request):
        return redirect("accounts:enrol")
    return refusal_for_programs(SecondFactorMustBeAdded.asked_of("session"), request=request)
