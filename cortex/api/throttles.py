# SPDX-License-Identifier: Apache-2.0
"""How fast one principal may ask. The headers follow draft-ietf-httpapi-ratelimit-headers-10."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.throttling import BaseThrottle

from cortex.api.errors import RequestsMustComeSlower
from cortex.container.providers import metrics
from cortex.container.providers.buckets import RateLimiter, Taken
from cortex.errors import CortexError
from cortex.identity.principals import SignInMustComeFirst, principal_of

_TAKEN = "_cortex_request_taken"


class PrincipalThrottle(BaseThrottle):
    """Takes a token of the principal; what is public has no principal and is not counted here."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Return True, or raise RequestsMustComeSlower."""
        try:
            caller = principal_of(request).urn
        except SignInMustComeFirst:
            return True
        taken = _limiter(settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_BURST).take(caller=caller)
        setattr(request, _TAKEN, taken)
        if not taken.is_allowed:
            metrics.DOOR_REFUSALS.inc()
            raise too_fast(retry_after_seconds=max(taken.retry_after_seconds, 1))
        return True


def too_fast(*, retry_after_seconds: int) -> CortexError:
    """Return the refusal of a request that came too fast."""
    limit = settings.API_REQUESTS_PER_MINUTE
    refusal = RequestsMustComeSlower(
        f"Requests: expected at most {limit} a minute after {settings.API_REQUESTS_BURST} at once, got more. "
        f"Try again in {retry_after_seconds} s.",
        evidence={
            "object": "requests",
            "expected": limit,
            "unit": "a minute",
            "retry_after_seconds": retry_after_seconds,
        },
    )
    refusal.retry_after_seconds = retry_after_seconds
    return refusal


def tell_what_is_left(request: Any, response: HttpResponseBase) -> None:
    """Set RateLimit-Policy and RateLimit on the answer to a counted request."""
    taken: Taken | None = getattr(request, _TAKEN, None)
    if taken is None:
        return
    rate, burst = settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_BURST
    # In `w` seconds an empty bucket is full; `t` is when the next token comes.
    window = max(round(burst * 60 / rate), 1)
    response.headers["RateLimit-Policy"] = f'"principal";q={burst};w={window}'
    response.headers["RateLimit"] = f'"principal";r={taken.tokens_left};t={taken.retry_after_seconds}'


@cache
def _limiter(per_minute: int, burst: int) -> RateLimiter:
    return RateLimiter(name="api", per_minute=per_minute, burst=burst)
