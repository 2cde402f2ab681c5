# SPDX-License-Identifier: Apache-2.0
"""Fiscal years and their months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A named run of days; both dates are inclusive."""

    code: str
    start_date: date
    end_date: date


def fiscal_year_of(*, day: date, start_month: int) -> Span:
    """Return the fiscal year that holds `day`; it is named after the year it ends in, as 2015 or 2014/15."""
    start_year = day.year if day.month >= start_month else day.year - 1
    start, end = date(start_year, start_month, 1), date(start_year + 1, start_month, 1) - timedelta(days=1)
    code = str(start_year) if start_month == 1 else f"{start_year}/{end.year % 100:02d}"
    return Span(code=code, start_date=start, end_date=end)


def months_of(year: Span) -> list[Span]:
    """Return the calendar months of a fiscal year, in order, coded as 2015-03."""
    months, start = [], year.start_date
    while start <= year.end_date:
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append(Span(code=f"{start:%Y-%m}", start_date=start, end_date=following - timedelta(days=1)))
        start = following
    return months


def fiscal_years_of(*, days: Iterable[date], start_month: int) -> list[Span]:
    """Return every fiscal year that holds one of `days`, oldest first."""
    years = {fiscal_year_of(day=day, start_month=start_month) for day in set(days)}
    return sorted(years, key=lambda year: year.start_date)
