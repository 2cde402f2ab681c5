# SPDX-License-Identifier: Apache-2.0
"""Every refusal as a problem document with a stable code. Source: RFC 9457."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response

from cortex.api.errors import RequestMustMatchTheSchema
from cortex.api.renderers import to_json
from cortex.api.request_ids import request_id_of
from cortex.errors import CortexError
from cortex.ports.authorizer import StepUpMustComeFirst

CONTENT_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)
# Refusals of the framework, each under a code of ours that stays when the framework's words change.
_FRAMEWORK_CODES: tuple[tuple[type[Exception], str, int], ...] = (
    (exceptions.AuthenticationFailed, "identity.credentials_must_be_valid", 401),
    (exceptions.NotAuthenticated, "identity.sign_in_must_come_first", 401),
    (exceptions.PermissionDenied, "policy.access_must_be_granted", 403),
    (PermissionDenied, "policy.access_must_be_granted", 403),
    (exceptions.NotFound, "cortex.object_must_exist", 404),
    (Http404, "cortex.object_must_exist", 404),
    (exceptions.MethodNotAllowed, "api.method_must_be_allowed", 405),
    (exceptions.UnsupportedMediaType, "api.media_type_must_be_supported", 415),
    (exceptions.Throttled, "api.requests_must_come_slower", 429),
    (exceptions.ParseError, "api.body_must_be_strict_json", 400),
)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of a view; what nobody expected is logged and tells the caller nothing."""
    request = context["request"]
    document = problem_of(error, request=request)
    response = Response(document, status=document["status"], content_type=CONTENT_TYPE)
    challenge = getattr(error, "auth_header", None) or context.get("challenge")
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = challenge or 'Bearer realm="api"'
    tell_when_to_retry(response, error)
    return response


def tell_when_to_retry(response: HttpResponseBase, error: Exception) -> None:
    """Set Retry-After where the refusal passes by itself, as its `retry_after_seconds` tells."""
    seconds = getattr(error, "retry_after_seconds", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(math.ceil(seconds))


def problem_of(error: Exception, *, request: Any) -> dict[str, Any]:
    """Return the problem document of an exception."""
    if isinstance(error, CortexError):
        return _of_cortex_error(error, request)
    if isinstance(error, exceptions.ValidationError):
        return _of_cortex_error(_validation(error), request)
    for kind, code, status in _FRAMEWORK_CODES:
        if isinstance(error, kind):
            return _document(code, status, str(error) or HTTPStatus(status).phrase, {}, request)
    _log.exception("request_failed_unexpectedly", exc_info=error)
    detail = "Something went wrong on our side; nothing was changed. Tell us the request id if it lasts."
    return _document("cortex.unexpected", 500, detail, {}, request)


def problem_response(error: Exception, *, request: HttpRequest) -> HttpResponse:
    """Return the problem as a plain Django response, for errors outside any REST view."""
    document = problem_of(error, request=request)
    response = HttpResponse(to_json(document), status=document["status"], content_type=CONTENT_TYPE)
    tell_when_to_retry(response, error)
    return response


def _of_cortex_error(error: CortexError, request: Any) -> dict[str, Any]:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request_failed", code=error.code, exc_info=error)
    evidence = error.evidence
    if isinstance(error, StepUpMustComeFirst):
        evidence = {**evidence, "confirm_at": reverse("accounts:confirm")}
    return _document(error.code, error.status, error.message, evidence, request)


def _document(
    code: str, status: int, detail: str, evidence: Mapping[str, Any], request: Any
) -> dict[str, Any]:
    return {
        "type": f"urn:cortex:problem:{code}",
        "title": code.rpartition(".")[2].replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "evidence": evidence,
        "request_id": request_id_of(request),
    }


def _validation(error: exceptions.ValidationError) -> RequestMustMatchTheSchema:
    errors = list(_flat(error.get_full_details(), ()))
    first = errors[0] if errors else {"field": "", "message": str(error)}
    others = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return RequestMustMatchTheSchema(
        f"Request: {first['field'] or 'body'}: {first['message']}{others}",
        evidence={"object": "request", "errors": errors},
    )


def _flat(details: Any, path: tuple[str, ...]) -> Any:
    """Yield {field, code, message} for each leaf of DRF's nested error details."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"field": ".".join(path), "code": details["code"], "message": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, member in details.items():
            yield from _flat(member, path if name == "non_field_errors" else (*path, str(name)))
    else:
        yield from _flat_list(details, path)


def _flat_list(details: Any, path: tuple[str, ...]) -> Any:
    for index, member in enumerate(details):
        is_leaf = isinstance(member, Mapping) and set(member) == {"message", "code"}
        yield from _flat(member, path if is_leaf else (*path, str(index)))
