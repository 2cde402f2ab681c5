# SPDX-License-Identifier: Apache-2.0
"""What the doors for programs share: how often they may be asked, and how they refuse."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from cortex.container.providers.buckets import RateLimiter
from cortex.errors import CortexError
from cortex.identity.devices import address_of

View = Callable[..., HttpResponse]


def bounded(view: View) -> View:
    """Bound how often one address asks for one client, and turn refusals into OAuth2 errors."""

    @wraps(view)
    def answer(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        retry_after_seconds = _wait_for(request)
        if retry_after_seconds:
            return _told("slow_down", status=HTTPStatus.TOO_MANY_REQUESTS, wait=retry_after_seconds)
        try:
            return unstored(view(self, request, *args, **kwargs))
        except CortexError as error:
            # A keeper or a database that is away: nothing was issued, and the code is still good.
            is_away = error.status == HTTPStatus.SERVICE_UNAVAILABLE
            name = "temporarily_unavailable" if is_away else "server_error"
            return _told(name, status=error.status, wait=error.retry_after_seconds)

    return answer


def unstored(response: HttpResponse) -> HttpResponse:
    """Let nobody on the way keep the answer. Source: RFC 6749 section 5.1."""
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def _wait_for(request: HttpRequest) -> int:
    caller = f"{address_of(request)}:{request.POST.get('client_id', '')[:100]}"
    for limiter, name in ((_of_client(), caller), (_of_address(), address_of(request))):
        taken = limiter.take(caller=name)
        if not taken.is_allowed:
            return max(taken.retry_after_seconds, 1)
    return 0


def _told(error: str, *, status: int, wait: int | None) -> HttpResponse:
    response = JsonResponse({"error": error}, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return unstored(response)


@cache
def _of_client() -> RateLimiter:
    rate = settings.OAUTH_REQUESTS_PER_MINUTE
    return RateLimiter(name="oauth-client", per_minute=rate, burst=rate)


@cache
def _of_address() -> RateLimiter:
    rate = settings.OAUTH_REQUESTS_PER_MINUTE * 10
    return RateLimiter(name="oauth-address", per_minute=rate, burst=rate)
