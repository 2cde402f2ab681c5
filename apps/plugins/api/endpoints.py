# SPDX-License-Identifier: Apache-2.0
"""What plugins answer: one view for the endpoints of all of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.adapters.policy_entities_of_calls import CALL_ENDPOINT, READ_ENDPOINT
from apps.plugins.domain.runtime_errors import EndpointInputMustBePlain
from apps.plugins.services.answer_endpoint import answer_endpoint
from cortex.api.views.base import CortexView
from cortex.policy.access import entered
from cortex.policy.declarations import policy_action

_COMPANY = OpenApiParameter("company", str, required=True, description="The code of the company.")


@policy_action(GET=READ_ENDPOINT, POST=CALL_ENDPOINT)
class PluginEndpointView(CortexView):
    """An endpoint that a plugin's manifest names, for one company."""

    methods_with_query = frozenset({"GET", "HEAD", "POST"})
    company_id: UUID

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID]:
        """Enter the company that the request names."""
        code = _once(request.query_params).get("company")
        if not code:
            raise _not_plain("company", "the code of a company behind the question mark")
        action = CALL_ENDPOINT if request.method == "POST" else READ_ENDPOINT
        with entered(principal=self.principal, company_code=code, action=action) as company:
            self.company_id = company.id
            yield company.id

    @extend_schema(operation_id="plugin_endpoint_get", parameters=[_COMPANY], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, plugin_id: str, endpoint: str) -> Response:
        """Ask an endpoint of a plugin; nothing is changed by it."""
        return self._answered(request, plugin_id, endpoint, body=None)

    @extend_schema(
        operation_id="plugin_endpoint_post",
        parameters=[_COMPANY],
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request, plugin_id: str, endpoint: str) -> Response:
        """Send to an endpoint of a plugin, with JSON as the body."""
        return self._answered(request, plugin_id, endpoint, body=_plain(request.data))

    def _answered(self, request: Request, plugin_id: str, endpoint: str, *, body: Any) -> Response:
        query = {name: value for name, value in _once(request.query_params).items() if name != "company"}
        method = "POST" if request.method == "POST" else "GET"
        answer = answer_endpoint(
            company_id=self.company_id,
            plugin_id=plugin_id,
            method=method,
            path=endpoint,
            given={"method": method, "path": endpoint, "query": query, "body": body},
            asked_by=self.principal,
        )
        return Response({"answer": answer})


def _once(parameters: Any) -> Mapping[str, str]:
    for name, values in parameters.lists():
        if len(values) > 1:
            raise _not_plain(name[:80], "each parameter once")
    return {str(name): str(value) for name, value in parameters.items()}


def _plain(value: Any) -> Any:
    """Return JSON's own types: fractions reach a plugin as Python reads them anywhere else."""
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return float(value) if isinstance(value, Decimal) else value


def _not_plain(place: str, expected: str) -> EndpointInputMustBePlain:
    return EndpointInputMustBePlain(
        f"Request, {place}: expected {expected}.", evidence={"place": place, "expected": expected}
    )
