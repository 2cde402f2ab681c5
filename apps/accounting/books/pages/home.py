# SPDX-License-Identifier: Apache-2.0
"""The overview: what matters at a glance, and what to do first in new books."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import CREATE_LEDGER, IMPORT_JOURNAL, POST_ENTRY, READ
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.books_opening import BooksOpeningForm
from apps.accounting.books.plot import plot
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.fiscal_years import FiscalYearRow, list_fiscal_years
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.selectors.visibility import sees_whole_books
from apps.accounting.selectors.year_figures import year_figures
from apps.accounting.services.waiting_verbs import create_ledger_or_wait
from cortex.ports.clock import Clock
from cortex.ports.registry import get

LATEST_SHOWN = 6


@books_page(GET=READ)
def home(desk: Desk) -> HttpResponse:
    """Show figures, latest entries and periods; in new books, the first steps."""
    if desk.ledger is None:
        return desk.render("no_books.html", {"may_open": desk.may(CREATE_LEDGER)})
    company_id = desk.company.id
    entries = list_journal_entries(
        company_id=company_id, filters=EntryFilters(), reader=desk.principal, limit=LATEST_SHOWN
    ).entries
    year = _current(list_fiscal_years(company_id=company_id), get(Clock).today())
    # Sums are for those who may see all that is summed.
    is_whole = sees_whole_books(reader=desk.principal, company_id=company_id)
    figures = year_figures(company_id=company_id, fiscal_year_code=year.code) if year and is_whole else None
    context = {
        "entries": entries,
        "year": year,
        "figures": figures,
        "plot": plot(figures.months, ledger=desk.ledger) if figures and entries else None,
        "has_accounts": bool(list_accounts(company_id=company_id, reader=desk.principal)),
        "may_post": desk.may(POST_ENTRY),
        "may_import": desk.may(IMPORT_JOURNAL),
    }
    return desk.render("home.html", context)


@books_page(GET=CREATE_LEDGER, POST=CREATE_LEDGER)
def open_books(desk: Desk) -> HttpResponse:
    """Open the books of a company that keeps none yet."""
    form = BooksOpeningForm(desk.request.POST or None, initial={"currency": "EUR"})
    if desk.request.method != "POST" or not form.is_valid():
        return desk.render("open_books.html", {"form": form}, status=422 if form.is_bound else 200)
    create_ledger_or_wait(
        company_id=desk.company.id,
        name=desk.company.name,
        base_currency=form.cleaned_data["currency"].upper(),
        created_by=desk.principal,
        fiscal_year_start_month=form.cleaned_data["start_month"],
        locale=form.cleaned_data["locale"],
    )
    return desk.go(desk.url("home"))


def _current(years: Sequence[FiscalYearRow], today: date) -> FiscalYearRow | None:
    """Return the fiscal year of today, else the latest one that began, else the first."""
    begun = [year for year in years if year.start_date <= today]
    return begun[-1] if begun else next(iter(years), None)
