# SPDX-License-Identifier: Apache-2.0
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounting.domain.fiscal_calendar import Span, fiscal_year_of, fiscal_years_of, months_of

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
start_months = st.integers(1, 12)


class TestFiscalYear:
    @given(day=days, start_month=start_months)
    def test_holds_its_day_and_follows_the_one_before(self, day: date, start_month: int) -> None:
        year = fiscal_year_of(day=day, start_month=start_month)
        assert year.start_date <= day <= year.end_date
        before = fiscal_year_of(day=year.start_date - timedelta(days=1), start_month=start_month)
        assert before.end_date + timedelta(days=1) == year.start_date
        assert before.code != year.code

    @pytest.mark.parametrize(
        ("day", "start_month", "code"),
        [
            (date(2015, 12, 31), 1, "2015"),
            (date(2015, 3, 31), 4, "2014/15"),
            (date(2015, 4, 1), 4, "2015/16"),
            (date(1999, 12, 1), 7, "1999/00"),
        ],
    )
    def test_is_named_after_its_years(self, day: date, start_month: int, code: str) -> None:
        assert fiscal_year_of(day=day, start_month=start_month).code == code

    @given(some=st.lists(days, max_size=20), start_month=start_months)
    def test_is_listed_once_for_all_its_days(self, some: list[date], start_month: int) -> None:
        years = fiscal_years_of(days=some, start_month=start_month)
        assert years == sorted(set(years), key=lambda year: year.start_date)
        assert all(sum(year.start_date <= day <= year.end_date for year in years) == 1 for day in some)


class TestMonths:
    @given(day=days, start_month=start_months)
    def test_tile_the_year(self, day: date, start_month: int) -> None:
        year = fiscal_year_of(day=day, start_month=start_month)
        months = months_of(year)
        assert (months[0].start_date, months[-1].end_date) == (year.start_date, year.end_date)
        assert len(months) == 12
        for month, following in pairwise(months):
            assert month.end_date + timedelta(days=1) == following.start_date
        assert [month.code for month in months] == [f"{month.start_date:%Y-%m}" for month in months]

    def test_know_leap_years(self) -> None:
        year = fiscal_year_of(day=date(2024, 2, 29), start_month=1)
        assert months_of(year)[1] == Span("2024-02", date(2024, 2, 1), date(2024, 2, 29))
