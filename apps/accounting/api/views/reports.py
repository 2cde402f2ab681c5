# SPDX-License-Identifier: Apache-2.0
"""Reports."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.exported_tables import TRIAL_BALANCE, note_table
from apps.accounting.adapters.policy_entities import READ
from apps.accounting.adapters.trial_balance_text import as_csv
from apps.accounting.api.representations import general_ledger_row_json, trial_balance_json
from apps.accounting.api.serializers.queries import GeneralLedgerQuery, TrialBalanceQuery
from apps.accounting.api.serializers.reports import GeneralLedgerSerializer, TrialBalanceSerializer
from apps.accounting.selectors.general_ledger import (
    GeneralLedgerPage,
    GeneralLedgerRow,
    LinePosition,
    general_ledger_page,
)
from apps.accounting.selectors.trial_balance import trial_balance
from cortex.api.pages import page_of, page_request
from cortex.api.queries import read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.money import format_amount
from cortex.policy.declarations import policy_action

CSV = "text/csv"


@policy_action(GET=READ)
class TrialBalanceView(CompanyView):
    """The trial balance."""

    methods_with_query = READING

    @extend_schema(
        operation_id="reports_trial_balance",
        parameters=[TrialBalanceQuery],
        responses={
            (200, "application/json"): TrialBalanceSerializer,
            (200, CSV): OpenApiResponse(
                OpenApiTypes.STR, description="`account,debit_total,credit_total,balance`"
            ),
        },
    )
    def get(self, request: Request, **kwargs: Any) -> Response | HttpResponse:
        """Report gross debits, gross credits and the balance of every account that moved."""
        query = read_query(request, TrialBalanceQuery)
        balance = trial_balance(
            company_id=self.company.id,
            reader=self.principal,
            as_of=query.get("as_of"),
            from_date=query.get("from"),
        )
        if _wants_csv(request, query):
            rows = [(row.account_code, row.debit_minor, row.credit_minor) for row in balance.rows]
            answer = HttpResponse(as_csv(rows=rows, currency=balance.currency), content_type=CSV)
            note_table(
                principal=self.principal,
                company_id=self.company.id,
                table=TRIAL_BALANCE,
                content=answer.content,
            )
            return answer
        return Response(trial_balance_json(balance))


@policy_action(GET=READ)
class GeneralLedgerView(CompanyView):
    """The account, line by line."""

    methods_with_query = READING

    @extend_schema(
        operation_id="reports_general_ledger",
        parameters=[GeneralLedgerQuery],
        responses=GeneralLedgerSerializer,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Report the lines of an account, oldest first, with the balance after each."""
        query = read_query(request, GeneralLedgerQuery)
        wanted = page_request(request=request, width=3)
        page = general_ledger_page(
            company_id=self.company.id,
            account_code=query["account"],
            reader=self.principal,
            from_date=query.get("from"),
            as_of=query.get("as_of"),
            after=_position(wanted.after) if wanted.after else None,
            limit=wanted.limit + 1,
        )
        rows = page_of(page.rows, request=wanted, position=_values)
        body = rows.body(lambda row: general_ledger_row_json(row, currency=page.currency))
        return Response({**_head(page, query), **body})


def _wants_csv(request: Request, query: dict[str, Any]) -> bool:
    wanted = query.get("format")
    if wanted is not None:
        return bool(wanted == "csv")
    # The first type named decides: browsers and tools that list many do not ask for a table.
    first = request.headers.get("Accept", "").partition(",")[0].partition(";")[0]
    return bool(first.strip().lower() == CSV)


def _head(page: GeneralLedgerPage, query: dict[str, Any]) -> dict[str, Any]:
    return {
        "account": page.account.code,
        "account_name": page.account.name,
        "from": query.get("from"),
        "as_of": query.get("as_of"),
        "currency": page.currency,
        "opening_balance": format_amount(page.opening_minor, page.currency),
    }


def _position(values: tuple[Any, ...]) -> LinePosition:
    return LinePosition(date.fromisoformat(values[0]), UUID(values[1]), int(values[2]))


def _values(row: GeneralLedgerRow) -> tuple[Any, ...]:
    return tuple(asdict(LinePosition(row.accounting_date, row.entry_id, row.line_no)).values())
