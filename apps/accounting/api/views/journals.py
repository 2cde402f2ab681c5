# SPDX-License-Identifier: Apache-2.0
"""The ledger and its journals."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.api.serializers.chart import JournalPageSerializer, LedgerSerializer
from apps.accounting.api.short_lists import page_body
from apps.accounting.selectors.ledger import get_ledger, list_journals
from cortex.api.queries import PageQuery
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action


@policy_action(GET=READ)
class LedgerView(CompanyView):
    """The books."""

    @extend_schema(operation_id="ledger_read", responses=LedgerSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Read base currency, fiscal calendar and locale of the books."""
        ledger = asdict(get_ledger(company_id=self.company.id))
        del ledger["id"]
        return Response(ledger)


@policy_action(GET=READ)
class JournalsView(CompanyView):
    """The journals."""

    methods_with_query = READING

    @extend_schema(operation_id="journals_list", parameters=[PageQuery], responses=JournalPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the journals by code."""
        rows = list_journals(company_id=self.company.id)
        return Response(page_body(request=request, rows=rows, key=lambda journal: journal.code))
