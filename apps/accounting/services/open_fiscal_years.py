# SPDX-License-Identifier: Apache-2.0
"""Open the fiscal years that some days need."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection

from apps.accounting.adapters.policy_entities import OPEN_FISCAL_YEAR
from apps.accounting.domain.errors import FiscalYearsMustNotOverlap
from apps.accounting.domain.fiscal_calendar import Span, fiscal_years_of, months_of
from apps.accounting.domain.logged_content import period_content, year_content
from apps.accounting.models import FiscalPeriod, FiscalYear
from apps.accounting.published import FiscalPeriodStateChanged, FiscalYearOpened
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import TryAgain, constraint_name, transactional
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal


@transactional
def open_fiscal_years(*, company_id: UUID, days: Iterable[date], opened_by: Principal) -> list[str]:
    """Open every missing fiscal year that holds one of `days`, with its months; return their codes.

    Raises: FiscalYearsMustNotOverlap where a year of another shape stands in the way.
    """
    registry.get(Authorizer).require(principal=opened_by, action=OPEN_FISCAL_YEAR, company_id=company_id)
    ledger = get_ledger(company_id=company_id)
    wanted = fiscal_years_of(days=days, start_month=ledger.fiscal_year_start_month)
    known = set(FiscalYear.objects.filter(company_id=company_id).values_list("start_date", flat=True))
    opened = [year for year in wanted if year.start_date not in known]
    rows = [_insert(company_id, ledger.id, year) for year in opened]
    for year, months in rows:
        _leave_leaves(year, months, opened_by)
    events = [
        FiscalYearOpened(
            aggregate_id=year.id, code=year.code, start_date=year.start_date, end_date=year.end_date
        )
        for year, _months in rows
    ]
    registry.get(EventBus).publish(company_id=company_id, events=events)
    return [year.code for year in opened]


def _leave_leaves(year: FiscalYear, months: Sequence[FiscalPeriod], opened_by: Principal) -> None:
    """Append the year's leaf and one of each of its periods, so that each is compared with its own."""
    record = partial(
        record_verb, company_id=year.company_id, actor=opened_by, verb=OPEN_FISCAL_YEAR, is_new=True
    )
    record(object_type=FiscalYearOpened.aggregate_type, object_id=year.id, content=year_content(year))
    for month in months:
        record(
            object_type=FiscalPeriodStateChanged.aggregate_type,
            object_id=month.id,
            content=period_content(month, state=FiscalPeriod.State.OPEN),
        )


def _insert(company_id: UUID, ledger_id: UUID, year: Span) -> tuple[FiscalYear, list[FiscalPeriod]]:
    row = FiscalYear(
        id=uuid7(),
        company_id=company_id,
        ledger_id=ledger_id,
        code=year.code,
        start_date=year.start_date,
        end_date=year.end_date,
    )
    months = [
        FiscalPeriod(id=uuid7(), code=month.code, start_date=month.start_date, end_date=month.end_date)
        for month in months_of(year)
    ]
    try:
        row.save(force_insert=True)
        _insert_periods(row, months)
    except IntegrityError as error:
        raise _refusal(year, constraint_name(error)) from error
    return row, months


def _insert_periods(year: FiscalYear, months: Sequence[FiscalPeriod]) -> None:
    # Not through the model: the state of a new period is the table's to say, so it has no insert right.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounting_fiscal_period"
            " (company_id, ledger_id, fiscal_year_id, id, code, start_date, end_date)"
            " SELECT %s, %s, %s, m.* FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::date[]) AS m",
            [
                year.company_id,
                year.ledger_id,
                year.id,
                [month.id for month in months],
                [month.code for month in months],
                [month.start_date for month in months],
                [month.end_date for month in months],
            ],
        )


def _refusal(year: Span, constraint: str) -> Exception:
    if constraint == "fiscal_year_code_unique":
        # Another call opened the very year a moment ago: read again.
        return TryAgain()
    return FiscalYearsMustNotOverlap(
        f"Fiscal year {year.code}: expected days that no other year covers, got {year.start_date} to "
        f"{year.end_date}, some of which another year covers.",
        evidence={"object": year.code, "got": f"{year.start_date} to {year.end_date}"},
    )
