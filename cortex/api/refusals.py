# SPDX-License-Identifier: Apache-2.0
"""In whose words an error is told: a problem under /api/, the Confluent API's under /schemas/."""

from django.http import HttpRequest, HttpResponse

from cortex.api.problems import problem_response
from cortex.api.schema_registry import answers

API_PREFIX = "/api/"


def is_for_programs(request: HttpRequest) -> bool:
    """Tell whether a program asks, which cannot read a page."""
    return request.path_info.startswith((API_PREFIX, answers.PREFIX))


def refusal_for_programs(error: Exception, *, request: HttpRequest) -> HttpResponse:
    """Return the refusal as the door of the request tells it."""
    if request.path_info.startswith(answers.PREFIX):
        return answers.refusal(error, request=request)
    return problem_response(error, request=request)
