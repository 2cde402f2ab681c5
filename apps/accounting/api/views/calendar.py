# SPDX-License-Identifier: Apache-2.0
"""Fiscal years and periods; the verbs of a period are paths of their own."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.policy_entities import (
    CLOSE_PERIOD,
    LOCK_PERIOD,
    OPEN_FISCAL_YEAR,
    OPEN_PERIOD,
    READ,
)
from apps.accounting.api.serializers.calendar import (
    FiscalYearPageSerializer,
    FiscalYearSerializer,
    FiscalYearToOpenSerializer,
    PeriodPageSerializer,
    PeriodReasonSerializer,
    PeriodSerializer,
    PeriodToCloseSerializer,
)
from apps.accounting.api.short_lists import page_body
from apps.accounting.selectors.fiscal_years import list_fiscal_years
from apps.accounting.selectors.periods import list_periods
from apps.accounting.services.open_or_propose_period import open_or_propose_period
from apps.accounting.services.waiting_verbs import close_or_wait, lock_or_wait, open_years_or_wait
from cortex.api.queries import PageQuery
from cortex.api.views.approval_bodies import ProposalSerializer
from cortex.api.views.approvals import waiting_response
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action
from cortex.ports.approvals import ProposalRef

_SOFTLY = OpenApiExample(
    "Softly", value={"is_soft": True, "reason": "March is being reviewed"}, request_only=True
)


@policy_action(GET=READ, POST=OPEN_FISCAL_YEAR)
class FiscalYearsView(CompanyView):
    """The fiscal calendar."""

    methods_with_query = READING

    @extend_schema(
        operation_id="fiscal_years_list", parameters=[PageQuery], responses=FiscalYearPageSerializer
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the fiscal years, oldest first."""
        rows = list_fiscal_years(company_id=self.company.id)
        return Response(page_body(request=request, rows=rows, key=lambda year: f"{year.start_date}"))

    @extend_schema(
        operation_id="fiscal_years_open",
        request=FiscalYearToOpenSerializer,
        responses={200: FiscalYearSerializer, 201: FiscalYearSerializer},
        examples=[OpenApiExample("2027", value={"day": "2027-01-01"}, request_only=True)],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Open the fiscal year of a day, with its months: 201, or 200 where it stood there before."""
        day = self.read_body(FiscalYearToOpenSerializer)["day"]
        opened = open_years_or_wait(company_id=self.company.id, days=[day], opened_by=self.principal)
        years = list_fiscal_years(company_id=self.company.id)
        year = next(year for year in years if year.start_date <= day <= year.end_date)
        return Response(asdict(year), status=201 if opened else 200)


@policy_action(GET=READ)
class PeriodsView(CompanyView):
    """The periods."""

    methods_with_query = READING

    @extend_schema(operation_id="periods_list", parameters=[PageQuery], responses=PeriodPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the periods and their states, oldest first."""
        rows = list_periods(company_id=self.company.id, reader=self.principal)
        return Response(page_body(request=request, rows=rows, key=lambda period: f"{period.start_date}"))


@policy_action(POST=OPEN_PERIOD)
class PeriodOpenView(CompanyView):
    """The verb."""

    @extend_schema(
        operation_id="periods_open",
        request=PeriodReasonSerializer,
        responses={200: PeriodSerializer, 202: ProposalSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Open a closed period again; a locked one stays locked. 202 where a second person must agree."""
        body = self.read_body(PeriodReasonSerializer)
        period = open_or_propose_period(
            company_id=self.company.id, period_code=kwargs["period_code"], opened_by=self.principal, **body
        )
        if isinstance(period, ProposalRef):
            return waiting_response(self, period)
        return Response(asdict(period))


@policy_action(POST=CLOSE_PERIOD)
class PeriodCloseView(CompanyView):
    """The verb."""

    @extend_schema(
        operation_id="periods_close",
        request=PeriodToCloseSerializer,
        responses=PeriodSerializer,
        examples=[_SOFTLY],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Close a period: softly, so that a controller may still post, or for everybody."""
        body = self.read_body(PeriodToCloseSerializer)
        period = close_or_wait(
            company_id=self.company.id, period_code=kwargs["period_code"], closed_by=self.principal, **body
        )
        return Response(asdict(period))


@policy_action(POST=LOCK_PERIOD)
class PeriodLockView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="periods_lock", request=PeriodReasonSerializer, responses=PeriodSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Lock a closed period for good."""
        body = self.read_body(PeriodReasonSerializer)
        period = lock_or_wait(
            company_id=self.company.id, period_code=kwargs["period_code"], locked_by=self.principal, **body
        )
        return Response(asdict(period))
