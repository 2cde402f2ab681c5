# SPDX-License-Identifier: Apache-2.0
"""Answers in the words of the Confluent API.

Source: Confluent Schema Registry, API reference: content types, and errors as {error_code, message}.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from cortex.api.problems import problem_of, tell_when_to_retry
from cortex.api.renderers import to_json
from cortex.schemas.errors import RegistryError, SchemaMustBeValid

PREFIX = "/schemas/"
MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of a view in the registry's words."""
    document = _document(error, context["request"])
    response = Response(document["body"], status=document["status"])
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="schemas"'
    tell_when_to_retry(response, error)
    return response


def refusal(error: Exception, *, request: HttpRequest) -> HttpResponse:
    """Return the refusal as a plain response, for errors outside any view."""
    document = _document(error, request)
    response = HttpResponse(to_json(document["body"]), status=document["status"], content_type=MEDIA_TYPE)
    tell_when_to_retry(response, error)
    return response


def bare(text: str) -> HttpResponse:
    """Return a schema as it stands, instead of as text in JSON."""
    return HttpResponse(text.encode(), content_type=MEDIA_TYPE)


def _document(error: Exception, request: Any) -> dict[str, Any]:
    problem = problem_of(error, request=request)
    status, code = int(problem["status"]), int(problem["status"])
    if isinstance(error, RegistryError):
        code = error.registry_code
    if isinstance(error, exceptions.ValidationError):
        # A body of another shape than that of a schema is no schema.
        status, code = SchemaMustBeValid.status, SchemaMustBeValid.registry_code
    return {"status": status, "body": {"error_code": code, "message": problem["detail"]}}
