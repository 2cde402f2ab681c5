# SPDX-License-Identifier: Apache-2.0
"""Ask for a link that replaces a forgotten password, and use it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cortex.identity.devices import address_of
from cortex.identity.password_change import PasswordMustBeStrong
from cortex.identity.password_reset import (
    ResetLinkMustBeUnused,
    person_of_reset,
    request_reset,
    reset_password,
)
from cortex.identity.sign_in_attempts import SignInMustNotBeGuessed
from cortex.people.pages.signing_in import page_status
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_forgotten = public("whoever forgot the password cannot sign in")
DIFFERENT = "The two passwords differ. Type the same one twice."


class EmailForm(forms.Form):
    """The address that the link goes to."""

    email = forms.EmailField(max_length=254)


@_forgotten
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take the wish for a link; whether the address is somebody's is found out after the answer."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            request_reset(email=form.cleaned_data["email"], address=address_of(request), at=get(Clock).now())
        except SignInMustNotBeGuessed as error:
            refusal = error
        if refusal is None:
            return render(request, "accounts/reset_asked.html")
    return render(
        request, "accounts/reset_ask.html", {"form": form, "refusal": refusal}, status=page_status(refusal)
    )


@_forgotten
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by the link of the letter; then sign in with it, second factor and all."""
    now, refusal = get(Clock).now(), None
    try:
        person_of_reset(token=token, at=now)
        if request.method == "POST":
            new = request.POST.get("new_password", "")
            if new == request.POST.get("repeated_password", ""):
                reset_password(token=token, password=new, at=now)
                return redirect("accounts:login")
            refusal = DIFFERENT
    except PasswordMustBeStrong as error:
        refusal = error.message
    except ResetLinkMustBeUnused as error:
        return render(request, "accounts/link_over.html", {"message": error.message}, status=error.status)
    return render(request, "accounts/password.html", {"refusal": refusal})
