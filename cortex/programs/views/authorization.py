# SPDX-License-Identifier: Apache-2.0
"""The page on which a person lets a program act in their name, or does not.

The decision comes with the address of the question, which is judged again: nothing that the form could
carry counts. Sources: RFC 6749 section 4.1, RFC 9207, RFC 9700 section 2.1, OpenID Connect Core 1.0.
"""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.views.mixins import OAuthLibMixin

from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.programs.asked import Asked, asked_by
from cortex.programs.remembered import was_allowed_before
from cortex.programs.scopes import known_scopes
from cortex.programs.views.answers import answer_to, error_to, page_that_leads_to


@signed_in("every person decides for themselves what a program may do in their name")
@method_decorator(never_cache, name="dispatch")
class AuthorizationView(OAuthLibMixin, View):  # type: ignore[misc] # the library has no types
    """Shows what a program asks for, and sends it a code or a refusal."""

    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge the question first: nobody is sent anywhere, and nobody signs in, for a bad one."""
        try:
            self.asked: Asked = asked_by(request, validate=self.validate_authorization_request)
        except OAuthToolkitError as error:
            return error_to(request, error)
        sent = self._sent_to_sign_in(request)
        return sent or cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what is asked for; `prompt=none` gets an answer without a page."""
        if self.asked.is_silent:
            if was_allowed_before(asked=self.asked, user=request.user):
                return self._decide(request, is_allowed=True)
            return answer_to(self.asked, error="consent_required")
        words = known_scopes()
        page = render(
            request,
            "programs/consent.html",
            {"application": self.asked.application, "words": [words[each] for each in self.asked.scopes]},
        )
        return page_that_leads_to(page, self.asked.redirect_uri)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the decision; the page's token shows that it was made on our page."""
        return self._decide(request, is_allowed=request.POST.get("decision") == "allow")

    def _sent_to_sign_in(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way to the sign-in where nobody is signed in, or not as the program wants it."""
        user = request.user
        if user.is_authenticated and user.kind != User.Kind.PERSON:
            return answer_to(self.asked, error="access_denied")
        if user.is_authenticated and self.asked.is_met_by(principal_of(request).authentication):
            return None
        if self.asked.is_silent:
            return answer_to(self.asked, error="login_required")
        # The wish for a new sign-in is met by the one that follows: it must not come back with it.
        parameters = [(name, value) for name, value in self.asked.parameters if name != "prompt"]
        again = f"{request.path}?{urlencode(parameters)}"
        return redirect_to_login(again, resolve_url("accounts:login"))

    def _decide(self, request: HttpRequest, *, is_allowed: bool) -> HttpResponse:
        credentials = {**self.asked.credentials, "said_by": principal_of(request)}

        @transactional
        def decided() -> str:
            address, _headers, _body, _status = self.create_authorization_response(
                request=request,
                scopes=" ".join(self.asked.scopes),
                credentials=credentials,
                allow=is_allowed,
            )
            return str(address)

        try:
            return answer_to(self.asked, address=decided())
        except OAuthToolkitError as error:
            return error_to(request, error, asked=self.asked)
        except StepUpMustComeFirst:
            if not self.asked.is_silent:
                raise
            return answer_to(self.asked, error="login_required")
        except AccessMustBeGranted:
            # The decision log explains it to people; a program is told no more than of a person's no.
            return answer_to(self.asked, error="access_denied")
