# SPDX-License-Identifier: Apache-2.0
"""A device that cannot show our pages asks for a code; a person types it here and decides.

Sources: RFC 8628 sections 3.1, 3.3 and 5.1 (guessing), 5.4 (somebody else's device).
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.models import get_application_model
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request

from cortex.database.transactions import transactional
from cortex.identity.devices import address_of
from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.policy.declarations import public, signed_in
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.actions import GRANT_OWN_AUTHORIZATION
from cortex.programs.device_codes import INTERVAL_SECONDS, LIFETIME, issue_device_codes
from cortex.programs.device_decisions import decide_device, guessed_too_often, waiting_device
from cortex.programs.scopes import known_scopes
from cortex.programs.validator import DEVICE_CODE
from cortex.programs.views.doors import bounded


@public("a public client by its name; the person who types the code is who decides")
@method_decorator(csrf_exempt, name="dispatch")
class DeviceAuthorizationView(OAuthLibMixin, View):  # type: ignore[misc] # the library has no types
    """Gives a device its two codes."""

    http_method_names = ["post"]

    @bounded
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer with the codes; only their digests are stored."""
        core = self.get_oauthlib_core()
        asked, rules = Request(*core._extract_params(request)), core.server.request_validator
        if not _is_let_in(asked, rules):
            return JsonResponse({"error": "invalid_client"}, status=401)
        if asked.client.authorization_grant_type != DEVICE_CODE:
            return JsonResponse({"error": "unauthorized_client"}, status=400)
        scopes = (asked.scope or "").split()
        if not rules.validate_scopes(asked.client_id, scopes, asked.client, asked):
            return JsonResponse({"error": "invalid_scope"}, status=400)
        codes = issue_device_codes(client_id=asked.client.client_id, scopes=scopes, at=get(Clock).now())
        page = f"{settings.TOKEN_AUDIENCE}{reverse('oauth2_provider:device')}"
        return JsonResponse(
            {
                "device_code": codes.device_code,
                "user_code": codes.user_code,
                "verification_uri": page,
                "verification_uri_complete": f"{page}?user_code={codes.user_code}",
                "expires_in": int(LIFETIME.total_seconds()),
                "interval": INTERVAL_SECONDS,
            }
        )


@signed_in("every person decides for themselves what a device may do in their name")
@method_decorator(never_cache, name="dispatch")
class DeviceView(LoginRequiredMixin, View):
    """Takes the code from a person, shows what the device asks for, and takes the decision."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show where to type the code; one in the address is shown, and never a decision."""
        _require_person(request)
        return self._ask_for_code(request, typed=request.GET.get("user_code", "")[:20])

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what a device asks for, or take the decision about it."""
        _require_person(request)
        typed, decision = request.POST.get("user_code", "")[:20], request.POST.get("decision")
        if guessed_too_often(user_id=str(request.user.pk), address=address_of(request)):
            words = "Too many codes. Wait a minute and type the code that your device shows."
            return self._ask_for_code(request, refusal=words, status=429)
        if decision is None:
            return self._show(request, typed)
        is_allowed = decision == "allow"
        if not _decided(request, typed, is_allowed=is_allowed):
            return self._refused(request)
        return render(request, "programs/device_done.html", {"is_allowed": is_allowed})

    def _show(self, request: HttpRequest, typed: str) -> HttpResponse:
        device = waiting_device(user_code=typed)
        if device is None:
            return self._refused(request)
        application = get_application_model().objects.filter(client_id=device.client_id).first()
        words = known_scopes()
        page = {
            "application": application,
            "words": [words[scope] for scope in device.scope.split() if scope in words],
            "user_code": typed,
        }
        return render(request, "programs/device_confirm.html", page)

    def _refused(self, request: HttpRequest) -> HttpResponse:
        words = "No device waits with this code. Look at the device, or let it show a new code."
        return self._ask_for_code(request, refusal=words, status=400)

    def _ask_for_code(
        self, request: HttpRequest, *, typed: str = "", refusal: str = "", status: int = 200
    ) -> HttpResponse:
        page = {"user_code": typed, "refusal": refusal}
        return render(request, "programs/device.html", page, status=status)


@transactional
def _decided(request: HttpRequest, typed: str, *, is_allowed: bool) -> bool:
    return decide_device(
        user_code=typed, user=request.user, is_allowed=is_allowed, decided_by=principal_of(request)
    )


def _is_let_in(asked: Any, rules: Any) -> bool:
    if rules.client_authentication_required(asked):
        return bool(rules.authenticate_client(asked))
    return bool(rules.authenticate_client_id(asked.client_id, asked))


def _require_person(request: HttpRequest) -> None:
    if getattr(request.user, "kind", None) != User.Kind.PERSON:
        get(Authorizer).refuse(
            principal=principal_of(request),
            action=GRANT_OWN_AUTHORIZATION,
            company_id=None,
            reason="a person alone says what a device may do",
            remedy="sign in as the person whom the device is to act for",
        )
