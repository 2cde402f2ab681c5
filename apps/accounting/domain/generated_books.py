# SPDX-License-Identifier: Apache-2.0
"""Believable books of a trading company, the same for the same seed: for the demo and for measuring."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from apps.accounting.domain import trading_chart as chart
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.domain.trading_year import TAX_OFFICE, Document, Line, PlannedEntry, TradingYear
from cortex.money import exponent


def generate_entries(
    *, seed: int, count: int, first_day: date, last_day: date, currency: str, prefix: str
) -> Iterator[EntryDraft]:
    """Yield `count` entries by date between the two days (inclusive), referenced `prefix-000001` and on.

    The first puts in the capital. The same arguments give the same entries.
    """
    planned = _plan(TradingYear(seed=seed, currency=currency), count, first_day, last_day, currency)
    planned.sort(key=lambda entry: entry.day)
    numbers = _document_numbers(planned)
    for place, entry in enumerate(planned, start=1):
        narration = entry.narration.format(numbers[entry.document]) if entry.document else entry.narration
        yield EntryDraft(
            accounting_date=entry.day,
            narration=narration,
            lines=[LineDraft(account, amount, currency, party) for account, amount, party in entry.lines],
            reference=f"{prefix}-{place:06d}",
        )


def _document_numbers(planned: Sequence[PlannedEntry]) -> dict[Document, int]:
    """Give each document its number, per series and in the order of the days."""
    numbers: dict[Document, int] = {}
    last: Counter[str] = Counter()
    for entry in planned:
        if entry.document and entry.document not in numbers:
            series = entry.document[0]
            last[series] += 1
            numbers[entry.document] = last[series]
    return numbers


def _plan(
    year: TradingYear, count: int, first_day: date, last_day: date, currency: str
) -> list[PlannedEntry]:
    months = _months(first_day, last_day)
    planned = [_opening(first_day, currency)]
    for month in months:
        planned += [entry for entry in year.monthly(month) if first_day <= entry.day <= last_day]
    # The VAT returns come last, since they settle what the trades left open; room is kept for them.
    trades_end = count - len(months)
    while len(planned) < trades_end:
        planned += year.trade(first_day=first_day, last_day=last_day)
    planned = [*planned[: max(trades_end, 1)], *_vat_returns(planned[: max(trades_end, 1)], months, last_day)]
    while len(planned) < count:
        planned += year.trade(first_day=first_day, last_day=last_day)
    return planned[:count]


def _vat_returns(
    planned: Sequence[PlannedEntry], months: Sequence[date], last_day: date
) -> list[PlannedEntry]:
    """Settle each month's VAT on the tenth of the next month."""
    open_vat: Counter[tuple[date, str]] = Counter()
    for entry in planned:
        for account, amount_minor, _ in entry.lines:
            if account in (chart.INPUT_VAT, chart.OUTPUT_VAT):
                open_vat[entry.day.replace(day=1), account] += amount_minor
    returns = []
    for month in months:
        day = (month + timedelta(days=32)).replace(day=10)
        lines: list[Line] = [
            (account, -open_vat[month, account], TAX_OFFICE)
            for account in (chart.INPUT_VAT, chart.OUTPUT_VAT)
            if open_vat[month, account]
        ]
        balance = sum(amount_minor for _, amount_minor, _ in lines)
        if day <= last_day and balance:
            text = f"VAT return {month:%B %Y}"
            returns.append(PlannedEntry(day, text, (*lines, (chart.BANK, -balance, TAX_OFFICE))))
    return returns


def _opening(day: date, currency: str) -> PlannedEntry:
    capital = 50_000 * 10 ** exponent(currency)
    return PlannedEntry(
        day, "Share capital paid in", ((chart.BANK, capital, None), (chart.CAPITAL, -capital, None))
    )


def _months(first_day: date, last_day: date) -> list[date]:
    """Return the first day of every month that has some of the days."""
    months, month = [], first_day.replace(day=1)
    while month <= last_day:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months
