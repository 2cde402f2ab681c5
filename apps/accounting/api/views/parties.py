# SPDX-License-Identifier: Apache-2.0
"""Parties."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.api.serializers.chart import PartyPageSerializer, PartyQuery
from apps.accounting.selectors.parties import PartyRow, list_parties, parties_named
from cortex.api.pages import page_of, page_request
from cortex.api.queries import read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action


@policy_action(GET=READ)
class PartiesView(CompanyView):
    """Whom the company deals with; a name that was erased is not listed."""

    methods_with_query = READING

    @extend_schema(operation_id="parties_list", parameters=[PartyQuery], responses=PartyPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List parties in the order in which they came, or the one of a name.

        Posting with a name that is not listed adds it. Names are stored encrypted: while the keeper of keys
        does not answer, `[name cannot be read now]` stands in their place, and no name is found.
        """
        query = read_query(request, PartyQuery)
        wanted = page_request(request=request, width=2)
        if (name := query.get("name")) is not None:
            found = parties_named(company_id=self.company.id, names=[name])
            rows = [PartyRow(party_id, name) for party_id in found.values()]
        else:
            after = UUID(wanted.after[1]) if wanted.after else None
            rows = list_parties(company_id=self.company.id, after=after, limit=wanted.limit + 1)
        return Response(page_of(rows, request=wanted, position=_position).body(asdict))


def _position(row: PartyRow) -> tuple[str, str]:
    # Two values: a cursor of one is from when the list was in the order of names, and is refused.
    return ("id", str(row.id))
