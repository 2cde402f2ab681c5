# SPDX-License-Identifier: Apache-2.0
"""Pages for signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cortex.identity.authentication import LINK, PASSWORD, record_authentication
from cortex.identity.one_time_sign_in import OneTimeSignInMustBeUnused, sign_in_once
from cortex.identity.sign_in_attempts import (
    SignInMustNotBeGuessed,
    count_failure,
    forget_failures,
    require_few_failures,
)
from cortex.ports.clock import Clock
from cortex.ports.registry import get

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 - the name of a class


class BoundedAuthenticationForm(AuthenticationForm):
    """Django's form, which stops looking at passwords after too many wrong ones for one name."""

    def clean(self) -> dict[str, Any]:
        """Refuse when the name is being guessed at; else check the password."""
        username = str(self.cleaned_data.get("username", ""))
        try:
            require_few_failures(username=username)
        except SignInMustNotBeGuessed as error:
            self.add_error(None, error.message)
            return self.cleaned_data
        try:
            cleaned = super().clean()
        except ValidationError:
            # Only this says that the password was wrong; an outage says nothing about it.
            count_failure(username=username)
            raise
        forget_failures(username=username)
        return cleaned


class SignInView(LoginView):
    """Sign in with name and password."""

    template_name = "accounts/login.html"
    authentication_form = BoundedAuthenticationForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session and note how."""
        response = super().form_valid(form)
        record_authentication(session=self.request.session, methods=[PASSWORD], at=get(Clock).now())
        return response


class SignOutView(LogoutView):
    """Sign out; Django accepts POST only, so no link of another site can do it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Show a page with one button; only pressing it signs in.

    Mail scanners and chat previews follow links: a GET that used the link up would leave none for the person.
    """
    if request.method != "POST":
        return render(request, "accounts/one_time.html")
    try:
        user = sign_in_once(token=token, at=get(Clock).now())
    except OneTimeSignInMustBeUnused as error:
        return render(request, "accounts/one_time_over.html", {"message": error.message}, status=error.status)
    login(request, user, backend=PASSWORD_BACKEND)
    record_authentication(session=request.session, methods=[LINK], at=get(Clock).now())
    return redirect(settings.LOGIN_REDIRECT_URL)
