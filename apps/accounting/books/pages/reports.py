# SPDX-License-Identifier: Apache-2.0
"""The trial balance, and the lines of one account behind it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse

from apps.accounting.adapters.exported_tables import TRIAL_BALANCE, note_table
from apps.accounting.adapters.policy_entities import READ
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.report_days import ReportDaysForm
from apps.accounting.books.positions import line_word, read_line_word
from apps.accounting.books.trail import trail_beside
from apps.accounting.domain.account_draft import ACCOUNT_TYPES
from apps.accounting.selectors.fiscal_years import list_fiscal_years
from apps.accounting.selectors.general_ledger import general_ledger_page
from apps.accounting.selectors.periods import list_periods
from apps.accounting.selectors.trial_balance import TrialBalance, TrialBalanceRow, trial_balance
from cortex.money import format_amount

PAGE_SIZE = 60
_TITLES = {"asset": "Assets", "liability": "Liabilities", "expense": "Expenses"}


@dataclass(frozen=True, slots=True)
class TypeGroup:
    """The accounts of one type and their sums in minor units."""

    type: str
    rows: Sequence[TrialBalanceRow]
    debit_minor: int
    credit_minor: int

    @property
    def title(self) -> str:
        """Return the heading of the group."""
        return _TITLES.get(self.type, self.type.capitalize())

    @property
    def balance_minor(self) -> int:
        """Return debits less credits."""
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A run of days that is one press away."""

    title: str
    query: str
    is_current: bool


@books_page(GET=READ)
def trial_balance_page(desk: Desk) -> HttpResponse:
    """Show debits, credits and balance of every account that moved, by type of account."""
    form = ReportDaysForm(desk.request.GET)
    days = form.days()
    balance = trial_balance(company_id=desk.company.id, reader=desk.principal, **days)
    years, months = _shortcuts(desk, **days)
    context = {
        "form": form,
        "balance": balance,
        "groups": _groups(balance),
        "years": years,
        "months": months,
        "days_query": _days_query(**days),
    }
    return desk.render("trial_balance.html", context, status=200 if form.is_valid() else 422)


@books_page(GET=READ)
def trial_balance_file(desk: Desk) -> HttpResponse:
    """Send the trial balance as CSV: `account,debit_total,credit_total,balance`, point as decimal mark."""
    days = ReportDaysForm(desk.request.GET).days()
    balance = trial_balance(company_id=desk.company.id, reader=desk.principal, **days)
    name = f"trial-balance-{desk.company.code}-{days['as_of'] or 'all'}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(["account", "debit_total", "credit_total", "balance"])
    for row in balance.rows:
        amounts = (row.debit_minor, row.credit_minor, row.balance_minor)
        writer.writerow([row.account_code, *(format_amount(amount, balance.currency) for amount in amounts)])
    note_table(
        principal=desk.principal, company_id=desk.company.id, table=TRIAL_BALANCE, content=response.content
    )
    return response


@books_page(GET=READ)
def general_ledger(desk: Desk, account_code: str) -> HttpResponse:
    """Show the lines of an account in order, with the balance after each."""
    form, query = ReportDaysForm(desk.request.GET), desk.request.GET
    days = form.days()
    page = general_ledger_page(
        company_id=desk.company.id,
        account_code=account_code,
        reader=desk.principal,
        after=read_line_word(query.get("after")),
        limit=PAGE_SIZE,
        **days,
    )
    days_query = _days_query(**days)
    context = {
        "form": form,
        "page": page,
        **trail_beside(desk, page.account.id),
        "closing_minor": page.rows[-1].running_balance_minor if page.rows else page.opening_minor,
        "is_first_page": not query.get("after"),
        "days_query": days_query,
        "next_query": (
            f"{days_query}{'&' if days_query else '?'}{urlencode({'after': line_word(page.next)})}"
            if page.next
            else None
        ),
    }
    return desk.render("general_ledger.html", context, status=200 if form.is_valid() else 422)


def _groups(balance: TrialBalance) -> list[TypeGroup]:
    order = {kind: index for index, kind in enumerate(ACCOUNT_TYPES)}
    rows = sorted(balance.rows, key=lambda row: (order[row.account_type], row.account_code))
    groups = []
    for kind, members in groupby(rows, key=lambda row: row.account_type):
        listed = list(members)
        debit_minor = sum(row.debit_minor for row in listed)
        groups.append(TypeGroup(kind, listed, debit_minor, sum(row.credit_minor for row in listed)))
    return groups


def _days_query(*, from_date: date | None, as_of: date | None) -> str:
    given = {"from_date": from_date, "as_of": as_of}
    query = urlencode({name: day for name, day in given.items() if day is not None})
    return f"?{query}" if query else ""


def _shortcuts(
    desk: Desk, *, from_date: date | None, as_of: date | None
) -> tuple[list[Shortcut], list[Shortcut]]:
    """Return everything and each fiscal year, and the months of the year that is looked at."""
    shown = (from_date, as_of)
    years = list_fiscal_years(company_id=desk.company.id)
    everything = Shortcut("All time", "", shown == (None, None))
    looked_at = next((year for year in years if as_of and year.start_date <= as_of <= year.end_date), None)
    months = [] if looked_at is None else list_periods(company_id=desk.company.id, reader=desk.principal)
    return (
        [everything, *(_shortcut(year, shown) for year in years)],
        [_shortcut(month, shown) for month in months if month.fiscal_year_code == looked_at.code]
        if looked_at
        else [],
    )


def _shortcut(span: Any, shown: tuple[date | None, date | None]) -> Shortcut:
    query = _days_query(from_date=span.start_date, as_of=span.end_date)
    return Shortcut(span.code, query, shown == (span.start_date, span.end_date))
