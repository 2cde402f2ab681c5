# SPDX-License-Identifier: Apache-2.0
"""Give every request an id, and tell it with the trace in the answer."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from opentelemetry import trace

from cortex.ids import uuid7

HEADER = "X-Request-ID"
_TRACEPARENT = re.compile(r"\A00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\Z")
# What a caller chose is taken over when it is harmless in a log and in a header.
_HARMLESS = re.compile(r"\A[A-Za-z0-9._-]{8,64}\Z")


class RequestIdMiddleware:
    """Sets `request.request_id`; answers carry it, and `traceparent` when a trace is recorded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Take over or make an id, and hand it to the request log through the header it reads."""
        # Read from META: `request.headers` is computed once and would hide the id set below.
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _HARMLESS.match(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        request.META["HTTP_X_REQUEST_ID"] = request_id
        traceparent = current_traceparent(request)
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        response.headers["traceparent"] = traceparent
        return response


def request_id_of(request: object) -> str:
    """Return the id of a Django or REST request, or an empty string outside the middleware."""
    return str(getattr(request, "request_id", "") or "")


def current_traceparent(request: HttpRequest) -> str:
    """Return the traceparent of the active span; without one, of the caller; without one, of the request.

    Source: W3C Trace Context level 1, section 3.2. Flags 00 say that nothing was recorded here.
    """
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    given = _TRACEPARENT.match(request.META.get("HTTP_TRACEPARENT", ""))
    trace_id = given.group(1) if given and set(given.group(1)) != {"0"} else uuid7().hex
    return f"00-{trace_id}-{uuid7().hex[16:]}-00"
