# SPDX-License-Identifier: Apache-2.0
"""A small bar plot of income and expense by month, as plain geometry that a template draws in SVG."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

from apps.accounting.selectors.ledger import LedgerRef
from apps.accounting.selectors.year_figures import MonthFigures
from cortex.money import format_localised_amount

# Units of the drawing's own coordinate system.
WIDTH, HEIGHT, BASELINE, TOP = 960, 190, 164, 8
BAR_WIDTH, GAP = 18, 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One column and the sentence that says it in words."""

    kind: str
    x: int
    y: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class MonthBars:
    """The two columns of a month above its name."""

    label: str
    middle: int
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Plot:
    """The whole drawing; `highest` is the amount at its upper edge."""

    months: Sequence[MonthBars]
    highest: str
    width: int = WIDTH
    height: int = HEIGHT
    baseline: int = BASELINE
    top: int = TOP
    bar_width: int = BAR_WIDTH


def plot(months: Sequence[MonthFigures], *, ledger: LedgerRef) -> Plot | None:
    """Return the drawing, or None where nothing moved; a month below zero shows no column."""
    highest_minor = max((max(month.income_minor, month.expense_minor) for month in months), default=0)
    if highest_minor <= 0:
        return None
    step = WIDTH // len(months)
    return Plot(
        months=[
            _month(month, step * index + step // 2, highest_minor, ledger)
            for index, month in enumerate(months)
        ],
        highest=_written(highest_minor, ledger),
    )


def _month(month: MonthFigures, middle: int, highest_minor: int, ledger: LedgerRef) -> MonthBars:
    label = calendar.month_abbr[month.start_date.month]
    columns = (
        ("income", month.income_minor, middle - BAR_WIDTH - GAP // 2),
        ("expense", month.expense_minor, middle + GAP // 2 + 1),
    )
    bars = []
    for kind, amount_minor, x in columns:
        height = max(0, amount_minor) * (BASELINE - TOP) // highest_minor
        title = f"{month.period_code}: {kind} {_written(amount_minor, ledger)}"
        bars.append(Bar(kind=kind, x=x, y=BASELINE - height, height=height, title=title))
    return MonthBars(label=label, middle=middle, bars=bars)


def _written(amount_minor: int, ledger: LedgerRef) -> str:
    amount = format_localised_amount(amount_minor, locale=ledger.locale, currency=ledger.base_currency)
    return f"{amount} {ledger.base_currency}"
