# SPDX-License-Identifier: Apache-2.0
"""Refuse a request by its first lines, before anybody reads its body or looks something up for it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cortex.api.body_limits import body_bytes_max
from cortex.api.errors import (
    AddressMustBeUtf8,
    BodyLengthMustBeTold,
    BodyMustNotBeTooLarge,
    MethodMustBeOffered,
    TextMustHaveNoNul,
)
from cortex.api.problems import problem_of
from cortex.api.refusals import is_for_programs, refusal_for_programs
from cortex.errors import CortexError

_LENGTH = re.compile(r"\A[0-9]{1,15}\Z")
_ENCODED_NUL = "%00"
_OFFERED = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class UploadMustNotBeTooLarge(BodyMustNotBeTooLarge, RequestDataTooBig):
    """More bytes of files came than the path takes; Django knows it as a refusal wherever it parses."""


class RequestBoundsMiddleware:
    """Refuses methods of no route, bodies too long or of untold length, and NUL, which no text holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is within bounds."""
        try:
            _require_offered_method(request)
            _require_no_nul(request)
            _require_utf8(request)
            _require_bounded_body(request)
        except CortexError as error:
            return _refusal(error, request)
        return self.get_response(request)


class BoundedUploadHandler(FileUploadHandler):
    """Counts the bytes of files while they come, whatever the headers told, and stops at the limit."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on to the next handler; raises UploadMustNotBeTooLarge."""
        self.received += len(raw_data)
        limit = body_bytes_max(path=self.request.path_info if self.request else "")
        if self.received > limit:
            raise UploadMustNotBeTooLarge(*_too_large(limit), evidence=_evidence(limit))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


def _require_offered_method(request: HttpRequest) -> None:
    if request.method not in _OFFERED:
        raise MethodMustBeOffered(
            f"Method: expected one of {', '.join(_OFFERED)}, got another one.",
            evidence={
                "object": "method",
                "expected": list(_OFFERED),
                "remedy": "use a method of the contract",
            },
        )


def _require_no_nul(request: HttpRequest) -> None:
    if "\0" in request.path_info or _ENCODED_NUL in request.META.get("QUERY_STRING", ""):
        raise TextMustHaveNoNul(
            "Address: expected text, got the character NUL.",
            evidence={"object": "address", "got": _ENCODED_NUL},
        )


def _require_utf8(request: HttpRequest) -> None:
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeDecodeError as error:
        raise AddressMustBeUtf8(
            "Address: expected UTF-8 behind the question mark, got other bytes. Encode it.",
            evidence={"object": "address", "remedy": "encode it as UTF-8"},
        ) from error


def _require_bounded_body(request: HttpRequest) -> None:
    told = request.META.get("CONTENT_LENGTH") or "0"
    if request.META.get("HTTP_TRANSFER_ENCODING") or not _LENGTH.match(str(told)):
        raise BodyLengthMustBeTold(
            "Body: expected its length in Content-Length, got none. Send it in one piece.",
            evidence={"object": "body", "remedy": "send Content-Length"},
        )
    limit = body_bytes_max(path=request.path_info)
    if int(told) > limit:
        raise BodyMustNotBeTooLarge(*_too_large(limit), evidence={**_evidence(limit), "got": int(told)})


def _too_large(limit: int) -> tuple[str]:
    return (f"Body: expected at most {limit} bytes, got more. Send it in several requests.",)


def _evidence(limit: int) -> dict[str, Any]:
    return {"object": "body", "expected": limit, "unit": "bytes", "remedy": "send less at once"}


def _refusal(error: CortexError, request: HttpRequest) -> HttpResponse:
    if is_for_programs(request):
        return refusal_for_programs(error, request=request)
    problem = problem_of(error, request=request)
    return render(request, "errors/refused.html", {"problem": problem}, status=error.status)
