# SPDX-License-Identifier: Apache-2.0
"""From a credential to a session: a second factor where the person has one, then on to the page asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from cortex.identity.authentication import Vouched
from cortex.identity.models import User
from cortex.identity.second_factors.passkeys import Site
from cortex.identity.second_factors.stored import has_second_factor
from cortex.identity.sessions import begin_session
from cortex.identity.users import find_active_person
from cortex.ports.clock import Clock
from cortex.ports.registry import get

# How long a password that was right waits for the second factor.
PENDING = timedelta(minutes=5)
NEXT_LENGTH_MAX = 2000
_KEY = "pending_sign_in"


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose first factor was right, and who is not signed in yet."""

    user: User
    methods: frozenset[str]
    next_url: str


def arrive(
    request: HttpRequest,
    *,
    user: User,
    methods: Collection[str],
    next_url: str,
    vouched: Vouched | None = None,
) -> HttpResponse:
    """Sign the user in, or ask for the second factor first, which is given here and now."""
    now = get(Clock).now()
    if has_second_factor(user_id=user.id):
        # A new session: whoever knows the key of the old one must not wait in it for the second factor.
        request.session.flush()
        request.session[_KEY] = {
            "user": str(user.id),
            "methods": sorted(methods),
            "at": now.isoformat(),
            "next": next_url,
        }
        return redirect("accounts:second-factor")
    begin_session(request=request, user=user, methods=methods, at=now, vouched=vouched)
    return go_on(next_url)


def pending_sign_in(request: HttpRequest) -> Pending | None:
    """Return who waits for a second factor in this session, or None."""
    known = request.session.get(_KEY)
    if not known or get(Clock).now() - datetime.fromisoformat(known["at"]) > PENDING:
        return None
    user = find_active_person(user_id=UUID(known["user"]))
    return None if user is None else Pending(user, frozenset(known["methods"]), known["next"])


def safe_next(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is a page of this site; else nothing."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = len(wanted) <= NEXT_LENGTH_MAX and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def go_on(next_url: str) -> HttpResponse:
    """Send the browser to the page that was wanted, or to the start."""
    return HttpResponseRedirect(next_url or resolve_url(settings.LOGIN_REDIRECT_URL))


def site_of(request: HttpRequest) -> Site:
    """Return the site that passkeys belong to: the configured address, and only without one the asked one."""
    return Site(settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}")
