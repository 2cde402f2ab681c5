# SPDX-License-Identifier: Apache-2.0
"""Sign in with a password, a passkey or a link that works once; give the second factor; sign out."""

from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cortex.errors import CortexError
from cortex.identity.authentication import HARDWARE_KEY, LINK, PASSWORD, SOFTWARE_KEY
from cortex.identity.devices import address_of
from cortex.identity.federation.providers import configured_providers
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import OneTimeSignInMustBeUnused, sign_in_once
from cortex.identity.password_sign_in import check_credentials
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.passkeys import (
    PasskeyMustBeRight,
    Proof,
    options_to_prove,
    prove_with_passkey,
)
from cortex.identity.second_factors.proving import prove_with_code
from cortex.identity.second_factors.stored import PASSKEY, factors_of
from cortex.identity.sessions import begin_session, note_sign_out
from cortex.identity.users import find_active_person
from cortex.people.arrivals import arrive, go_on, pending_sign_in, safe_next, site_of
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_entrance = public("whoever signs in is not signed in yet")


class CredentialsForm(forms.Form):
    """A name and a password."""

    username = forms.CharField(max_length=150)
    password = forms.CharField(max_length=1000, strip=False)


@_entrance
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; with a right password go on."""
    form = CredentialsForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            user = check_credentials(**form.cleaned_data, address=address_of(request), at=get(Clock).now())
        except CortexError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            refusal = error
        else:
            return arrive(request, user=user, methods=[PASSWORD], next_url=safe_next(request))
    return _show_sign_in(request, form, refusal, status=page_status(refusal))


@_entrance
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; POST only, so no link of another site can do it."""
    if isinstance(request.user, User):
        note_sign_out(session=request.session, actor=principal_of_user(request.user))
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@_entrance
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
    return arrive(request, user=user, methods=[LINK], next_url="")


@_entrance
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey of whoever gave a right password."""
    pending = pending_sign_in(request)
    if pending is None:
        return redirect("accounts:login")
    refusal = None
    if request.method == "POST":
        try:
            methods = second_factor_of(request, pending.user)
        except CortexError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            refusal = error
        else:
            begin_session(
                request=request, user=pending.user, methods=pending.methods | methods, at=get(Clock).now()
            )
            return go_on(pending.next_url)
    kinds = {factor.kind for factor in factors_of(user_id=pending.user.id)}
    context = {"refusal": refusal, "has_passkey": PASSKEY in kinds}
    return render(request, "accounts/second_factor.html", context, status=page_status(refusal))


@_entrance
@never_cache
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Return a challenge for a passkey: of who is signed in or waits for the second factor, or of anybody."""
    pending = pending_sign_in(request)
    user = request.user if isinstance(request.user, User) else pending.user if pending else None
    options = options_to_prove(site=site_of(request), session=request.session, user=user, at=get(Clock).now())
    return JsonResponse(options)


@_entrance
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in whoever's passkey answered the challenge: it is a first and a second factor at once."""
    try:
        proof = prove_with_passkey(
            site=site_of(request),
            session=request.session,
            user=None,
            untrusted_answer=request.POST.get("passkey", ""),
            at=get(Clock).now(),
        )
    except PasskeyMustBeRight as error:
        return _show_sign_in(request, CredentialsForm(), error, status=error.status)
    user = find_active_person(user_id=proof.user_id)
    if user is None:
        return redirect("accounts:login")
    next_url = safe_next(request)
    begin_session(request=request, user=user, methods=methods_of(proof), at=get(Clock).now())
    return go_on(next_url)


def methods_of(proof: Proof) -> frozenset[str]:
    """Return what a passkey proves: the key, and by PIN or finger the person. Source: RFC 8176 section 2."""
    return frozenset({SOFTWARE_KEY if proof.is_synced else HARDWARE_KEY, "user", "mfa"})


def second_factor_of(request: HttpRequest, user: User) -> frozenset[str]:
    """Check what was posted, a passkey's answer or a code, and return the methods; raises CortexError."""
    now = get(Clock).now()
    answer = request.POST.get("passkey", "")
    if not answer:
        return frozenset({prove_with_code(user=user, code=request.POST.get("code", ""), at=now)})
    return methods_of(
        prove_with_passkey(
            site=site_of(request), session=request.session, user=user, untrusted_answer=answer, at=now
        )
    )


def _show_sign_in(
    request: HttpRequest, form: CredentialsForm, refusal: CortexError | None, *, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "next": safe_next(request),
        "username": form["username"].value(),
        "providers": configured_providers(),
    }
    return render(request, "accounts/login.html", context, status=status)


def page_status(refusal: CortexError | None) -> HTTPStatus:
    """Return how a form is answered: only a pause is told to programs as well."""
    is_pause = refusal is not None and refusal.status == HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.TOO_MANY_REQUESTS if is_pause else HTTPStatus.OK
