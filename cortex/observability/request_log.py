# SPDX-License-Identifier: Apache-2.0
"""Log each request once, with its path but without its query: searches may hold names."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Binds request id and user id to every log line of the request."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Name the request by method and path."""
        return f"{request.method} {request.path}"
