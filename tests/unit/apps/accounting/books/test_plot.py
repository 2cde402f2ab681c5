# SPDX-License-Identifier: Apache-2.0
"""Columns are as high as their amounts, and said in words."""

from datetime import date
from uuid import UUID

from apps.accounting.books.plot import BASELINE, TOP, plot
from apps.accounting.selectors.ledger import LedgerRef
from apps.accounting.selectors.year_figures import MonthFigures

LEDGER = LedgerRef(UUID(int=1), "MAIN", "Main ledger", "EUR", 1, "de")


def month(number: int, income_minor: int, expense_minor: int) -> MonthFigures:
    return MonthFigures(f"2026-{number:02d}", date(2026, number, 1), "open", income_minor, expense_minor)


class TestPlot:
    def test_gives_the_highest_amount_the_whole_height_and_others_their_share(self) -> None:
        drawing = plot([month(1, 100_000, 50_000), month(2, 0, 25_000)], ledger=LEDGER)
        assert drawing is not None
        full = BASELINE - TOP
        heights = [[bar.height for bar in shown.bars] for shown in drawing.months]
        assert heights == [[full, full // 2], [0, full // 4]]
        assert [shown.label for shown in drawing.months] == ["Jan", "Feb"]

    def test_stands_on_the_baseline(self) -> None:
        drawing = plot([month(1, 100_000, 50_000)], ledger=LEDGER)
        assert drawing is not None
        assert {bar.y + bar.height for bar in drawing.months[0].bars} == {BASELINE}

    def test_says_each_column_as_the_ledger_writes_it(self) -> None:
        drawing = plot([month(3, 123_450, 0)], ledger=LEDGER)
        assert drawing is not None
        assert drawing.months[0].bars[0].title == "2026-03: income 1.234,50 EUR"
        assert drawing.highest == "1.234,50 EUR"

    def test_draws_nothing_below_the_baseline(self) -> None:
        drawing = plot([month(1, -5_000, 10_000)], ledger=LEDGER)
        assert drawing is not None
        assert drawing.months[0].bars[0].height == 0

    def test_is_left_out_when_nothing_moved(self) -> None:
        assert plot([month(1, 0, 0)], ledger=LEDGER) is None
        assert plot([], ledger=LEDGER) is None
