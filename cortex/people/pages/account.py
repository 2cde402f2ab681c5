# SPDX-License-Identifier: Apache-2.0
"""One's own account: password, factors, recovery codes and sessions."""

from http import HTTPStatus
from uuid import UUID

import qrcode
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from cortex.errors import CortexError
from cortex.identity.authentication import ONE_TIME_PASSWORD, SOFTWARE_KEY, forget_second_factors
from cortex.identity.federation.linking import linked_providers
from cortex.identity.federation.providers import configured_providers
from cortex.identity.models import User
from cortex.identity.password_change import change_password
from cortex.identity.principals import principal_of
from cortex.identity.second_factors import passkeys, recovery_codes, totp
from cortex.identity.second_factors.sealing import seal, unseal
from cortex.identity.second_factors.stored import TOTP, factors_of, remove_factor
from cortex.identity.sessions import confirm_session, end_session, end_sessions, follow_key, sessions_of
from cortex.people.account_pages import own_account
from cortex.people.arrivals import site_of
from cortex.people.obligations import must_have_second_factor
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_OWN = "everybody looks after their own account"
_PENDING_APP = "pending_app"


@own_account(_OWN)
@never_cache
@require_safe
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show how one signs in, and where one is signed in."""
    factors = factors_of(user_id=user.id)
    context = {
        "factors": factors,
        "has_app": any(factor.kind == TOTP for factor in factors),
        "recovery_codes": recovery_codes.unused_recovery_codes(user_id=user.id),
        "sessions": sessions_of(user_id=user.id),
        "providers": configured_providers(),
        "linked": linked_providers(user=user),
        "session_key": request.session.session_key,
        "must_have_factor": must_have_second_factor(user=user),
    }
    return render(request, "accounts/security.html", context)


@own_account("whoever must have a second factor adds the first one")
@never_cache
@require_safe
def enrol(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for a second factor before anything else; whoever has one is done."""
    if factors_of(user_id=user.id):
        return redirect("accounts:security")
    return render(request, "accounts/enrol.html")


@own_account(_OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, user: User) -> HttpResponse:
    """Change the password; every other session ends."""
    refusal = None
    if request.method == "POST":
        new = request.POST.get("new_password", "")
        if new == request.POST.get("repeated_password", ""):
            try:
                change_password(
                    user=user,
                    password=new,
                    actor=principal_of(request),
                    session_key=request.session.session_key,
                )
            except CortexError as error:
                refusal = error.message
            else:
                before = request.session.session_key
                # This session goes on under the new password's hash; the others ended.
                update_session_auth_hash(request, user)
                follow_key(before=before, session=request.session)
                messages.success(request, "Your password is changed. Everywhere else you are signed out.")
                return redirect("accounts:security")
        else:
            refusal = "The two passwords differ. Type the same one twice."
    return render(request, "accounts/password.html", {"refusal": refusal})


@own_account(_OWN)
@never_cache
@require_POST
def passkey_options(request: HttpRequest, user: User) -> HttpResponse:
    """Return what the browser needs to make a passkey."""
    return JsonResponse(
        passkeys.options_to_add(
            site=site_of(request), session=request.session, user=user, at=get(Clock).now()
        )
    )


@own_account(_OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest, user: User) -> HttpResponse:
    """Add the passkey that the browser made."""
    refusal = None
    if request.method == "POST":
        try:
            passkeys.add_passkey(
                site=site_of(request),
                session=request.session,
                user=user,
                name=request.POST.get("name", ""),
                untrusted_answer=request.POST.get("passkey", ""),
                at=get(Clock).now(),
                actor=principal_of(request),
            )
        except passkeys.PasskeyMustBeRight as error:
            refusal = error.message
        else:
            # Whoever made the key has just shown it.
            confirm_session(request=request, user=user, methods=[SOFTWARE_KEY], at=get(Clock).now())
            messages.success(request, "The passkey is added. Use it at your next sign-in.")
            return redirect("accounts:security")
    return render(request, "accounts/add_passkey.html", {"refusal": refusal})


@own_account(_OWN)
@never_cache
@require_POST
def begin_app(request: HttpRequest, user: User) -> HttpResponse:
    """Make a secret for an app and show it once; it counts when a code of it was right."""
    secret = totp.new_secret()
    request.session[_PENDING_APP] = seal(user_id=user.id, text=secret)
    return _show_app(request, user, secret)


@own_account(_OWN)
@never_cache
@require_POST
def confirm_app(request: HttpRequest, user: User) -> HttpResponse:
    """Add the app whose code is right."""
    sealed = request.session.get(_PENDING_APP)
    if sealed is None:
        return redirect("accounts:security")
    secret = unseal(user_id=user.id, sealed=sealed)
    try:
        totp.add_totp(
            user=user,
            secret=secret,
            code=request.POST.get("code", "")[:20],
            at=get(Clock).now(),
            actor=principal_of(request),
        )
    except totp.CodeMustBeRight as error:
        return _show_app(request, user, secret, refusal=error)
    del request.session[_PENDING_APP]
    confirm_session(request=request, user=user, methods=[ONE_TIME_PASSWORD], at=get(Clock).now())
    messages.success(request, "The app is added. Now make recovery codes for the day it is lost.")
    return redirect("accounts:security")


@own_account(_OWN)
@never_cache
@require_POST
def renew_recovery_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Make recovery codes and show them once."""
    codes = recovery_codes.renew_recovery_codes(user=user, at=get(Clock).now(), actor=principal_of(request))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@own_account(_OWN)
@never_cache
@require_POST
def remove(request: HttpRequest, user: User, factor_id: int) -> HttpResponse:
    """Take a factor away."""
    try:
        removed = remove_factor(
            user=user,
            factor_id=factor_id,
            actor=principal_of(request),
            must_keep_one=must_have_second_factor(user=user),
            session_key=request.session.session_key,
        )
    except CortexError as error:
        messages.error(request, error.message)
    else:
        if not factors_of(user_id=user.id):
            forget_second_factors(session=request.session)
        messages.success(request, f"{removed.title}: removed.")
    return redirect("accounts:security")


@own_account(_OWN, must_be_fresh=False)
@never_cache
@require_POST
def end(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """End one session, at once."""
    end_session(session_id=session_id, user_id=user.id, actor=principal_of(request))
    messages.success(request, "The session is ended.")
    return redirect("accounts:security")


@own_account(_OWN, must_be_fresh=False)
@never_cache
@require_POST
def end_others(request: HttpRequest, user: User) -> HttpResponse:
    """End every session but this one."""
    ended = end_sessions(user_id=user.id, actor=principal_of(request), but=request.session.session_key)
    messages.success(request, f"{ended} other sessions are ended.")
    return redirect("accounts:security")


def _show_app(
    request: HttpRequest, user: User, secret: str, *, refusal: CortexError | None = None
) -> HttpResponse:
    address = totp.address_for_apps(user=user, secret=secret)
    picture = qrcode.make(address, image_factory=SvgPathImage, box_size=12).to_string().decode()
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"picture": picture, "secret": grouped, "refusal": refusal}
    return render(request, "accounts/add_app.html", context, status=HTTPStatus.OK)
