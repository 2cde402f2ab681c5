# SPDX-License-Identifier: Apache-2.0
"""Leaves by actor, object, verb and time: of one company for its watchers, of all for the platform's."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.adapters.policy_entities import READ, READ_BUNDLES
from apps.audit.api.serializers.leaves import (
    FoundLeavesSerializer,
    LeafQuery,
    PlatformLeafQuery,
    filters_of,
    leaf_json,
    place_in,
    position_of,
)
from apps.audit.api.views.platform import PlatformLogView
from apps.audit.selectors.search import leaves_of_all, leaves_of_company
from cortex.api.pages import page_of, page_request
from cortex.api.queries import read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action


@policy_action(GET=READ)
class CompanyLeavesView(CompanyView):
    """The log of one company."""

    methods_with_query = READING

    @extend_schema(operation_id="audit_leaves_list", parameters=[LeafQuery], responses=FoundLeavesSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the leaves of a company that fit, the newest first."""
        filters = filters_of(read_query(request, LeafQuery))
        wanted = page_request(request=request, width=2)
        found = leaves_of_company(
            company_id=self.company.id,
            reader=self.principal,
            filters=filters,
            after=place_in(wanted.after),
            limit=wanted.limit + 1,
        )
        return Response(page_of(found, request=wanted, position=position_of).body(leaf_json))


@policy_action(GET=READ_BUNDLES)
class AllLeavesView(PlatformLogView):
    """The whole log."""

    methods_with_query = READING

    @extend_schema(
        operation_id="platform_audit_leaves_list",
        parameters=[PlatformLeafQuery],
        responses=FoundLeavesSerializer,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the leaves of all companies and of the platform that fit, the newest first."""
        query = read_query(request, PlatformLeafQuery)
        wanted = page_request(request=request, width=2)
        found = leaves_of_all(
            reader=self.principal,
            filters=filters_of(query),
            company_code=query.get("company"),
            after=place_in(wanted.after),
            limit=wanted.limit + 1,
        )
        return Response(page_of(found, request=wanted, position=position_of).body(leaf_json))
