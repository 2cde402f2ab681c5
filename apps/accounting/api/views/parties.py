# SPDX-License-Identifier: Apache-2.0
"""Parties."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.api.serializers.chart import PartyPageSerializer
from apps.accounting.selectors.parties import list_parties
from cortex.api.pages import page_of, page_request
from cortex.api.queries import PageQuery, read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action


@policy_action(GET=READ)
class PartiesView(CompanyView):
    """Whom the company deals with; a name that was erased is not listed."""

    methods_with_query = READING

    @extend_schema(operation_id="parties_list", parameters=[PageQuery], responses=PartyPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List parties by name. Posting with a name that is not listed adds it."""
        read_query(request, PageQuery)
        wanted = page_request(request=request, width=1)
        after = wanted.after[0] if wanted.after else None
        rows = list_parties(company_id=self.company.id, after=after, limit=wanted.limit + 1)
        return Response(page_of(rows, request=wanted, position=lambda row: (row.name,)).body(asdict))
