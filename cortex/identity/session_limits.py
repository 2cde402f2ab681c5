# SPDX-License-Identifier: Apache-2.0
"""End sessions that were not used for a while, or that began too long ago."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase

from cortex.identity.authentication import began_at, last_used_at, record_use
from cortex.identity.sessions import note_use
from cortex.ports.clock import Clock
from cortex.ports.registry import get

# Each use would be a write; a minute is as exact as anybody needs.
NOTED_EVERY = timedelta(minutes=1)


class SessionLimitsMiddleware:
    """Signs out whose session is over before anything is done in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Check the limits; note the use."""
        # Only a browser that brought a cookie has a session worth reading.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _limit(request, get(Clock).now())
        return self.get_response(request)


def _limit(request: HttpRequest, now: datetime) -> None:
    if SESSION_KEY not in request.session:
        return
    used, began = last_used_at(session=request.session), began_at(session=request.session)
    # A session that does not say how old it is has no limit that could end it: it ends here.
    if used is None or began is None or _is_over(used, began, now):
        logout(request)
    elif now - used >= NOTED_EVERY:
        record_use(session=request.session, at=now)
        note_use(session_key=request.session.session_key, at=now)


def _is_over(used: datetime, began: datetime, now: datetime) -> bool:
    idle, lasting = now - used, now - began
    return idle >= timedelta(seconds=settings.SESSION_IDLE_SECONDS) or lasting >= timedelta(
        seconds=settings.SESSION_COOKIE_AGE
    )
