# SPDX-License-Identifier: Apache-2.0
"""One scope for each request. It stands first, so that every other middleware and view is inside."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cortex.container.scopes import Scope, current_scope, open_scope

_log = structlog.get_logger(__name__)


class ScopeMiddleware:
    """Opens a scope and closes it: when the answer is there, or when the last piece of it was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request inside a scope of its own."""
        _close_what_was_left()
        scope = open_scope(kind="request")
        try:
            response = self.get_response(request)
        except BaseException:
            scope.close()
            raise
        if response.streaming:
            _close_with(response, scope)
        else:
            scope.close()
        return response


def _close_with(response: HttpResponseBase, scope: Scope) -> None:
    """Close the scope when the server closes the response, which it also does when the client has gone."""
    response._resource_closers.append(scope.close)  # type: ignore[attr-defined] # Django's own way to files


def _close_what_was_left() -> None:
    """Close the scope of a streamed response that nobody closed: its thread serves the next request."""
    left = current_scope()
    if left is not None and left.kind == "request":
        _log.warning("scope_left_open", kind=left.kind)
        left.close()
