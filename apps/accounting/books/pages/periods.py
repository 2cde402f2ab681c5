# SPDX-License-Identifier: Apache-2.0
"""Fiscal years and periods, and the changes of their state."""

from collections.abc import Mapping
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import (
    CLOSE_PERIOD,
    LOCK_PERIOD,
    OPEN_FISCAL_YEAR,
    OPEN_PERIOD,
    READ,
)
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.period_change import OpenYearForm, PeriodChangeForm
from apps.accounting.books.trail import trail_beside
from apps.accounting.domain.period_state import PeriodState, followers
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.periods import PeriodRow, get_period, list_periods
from apps.accounting.services.open_or_propose_period import open_or_propose_period
from apps.accounting.services.waiting_verbs import close_or_wait, lock_or_wait, open_years_or_wait
from cortex.ports import registry
from cortex.ports.approvals import ProposalRef
from cortex.ports.clock import Clock

# state: (action that leads there, what the form says)
_CHANGES: Mapping[PeriodState, tuple[str, str]] = {
    PeriodState.OPEN: (OPEN_PERIOD, "Open: takes postings again"),
    PeriodState.SOFT_CLOSED: (CLOSE_PERIOD, "Soft-closed: takes postings of a controller only"),
    PeriodState.CLOSED: (CLOSE_PERIOD, "Closed: takes no postings"),
    PeriodState.LOCKED: (LOCK_PERIOD, "Locked: closed for good, nobody can open it again"),
}


@books_page(GET=READ)
def periods(desk: Desk) -> HttpResponse:
    """Show every fiscal year with its periods, newest year first."""
    get_ledger(company_id=desk.company.id)
    rows = list_periods(company_id=desk.company.id, reader=desk.principal)
    years = [(code, list(group)) for code, group in groupby(rows, key=lambda row: row.fiscal_year_code)]
    form = OpenYearForm(initial={"day": registry.get(Clock).today()})
    context = {"years": years[::-1], "form": form, "may_open_year": desk.may(OPEN_FISCAL_YEAR)}
    return desk.render("periods.html", context)


@books_page(POST=OPEN_FISCAL_YEAR)
def open_year(desk: Desk) -> HttpResponse:
    """Open the fiscal year that holds a day."""
    form = OpenYearForm(desk.request.POST)
    if not form.is_valid():
        return desk.render("open_year.html", {"form": form}, status=422)
    day = form.cleaned_data["day"]
    opened = open_years_or_wait(company_id=desk.company.id, days=[day], opened_by=desk.principal)
    said = f"Opened {', '.join(opened)}." if opened else f"The fiscal year of {day} was open before."
    messages.success(desk.request, said)
    return desk.go(desk.url("periods"))


@books_page(GET=READ, POST=CLOSE_PERIOD)
def period(desk: Desk, period_code: str) -> HttpResponse:
    """Show a period, its history and what may follow; reopening and locking ask for rights of their own."""
    row = get_period(company_id=desk.company.id, code=period_code)
    states = _offered(desk, row)
    form = PeriodChangeForm(desk.request.POST or None, states=states)
    if desk.request.method == "POST" and form.is_valid():
        changed = _change(desk, row, PeriodState(form.cleaned_data["wanted"]), form.cleaned_data["reason"])
        if isinstance(changed, ProposalRef):
            return desk.wait(changed)
        messages.success(desk.request, f"Period {changed.code} is now {changed.state.replace('_', '-')}.")
        return desk.go(desk.url("periods"))
    context = {
        "period": row,
        "form": form if states else None,
        **trail_beside(desk, row.id),
    }
    return desk.render("period.html", context, status=422 if form.is_bound else 200)


def _offered(desk: Desk, row: PeriodRow) -> list[tuple[str, str]]:
    """Return the states that may follow and that this person may bring about."""
    possible = followers(PeriodState(row.state))
    return [
        (state.value, text)
        for state, (action, text) in _CHANGES.items()
        if state in possible and desk.may(action)
    ]


def _change(desk: Desk, row: PeriodRow, wanted: PeriodState, reason: str) -> PeriodRow | ProposalRef:
    company_id, code, who = desk.company.id, row.code, desk.principal
    if wanted == PeriodState.OPEN:
        return open_or_propose_period(company_id=company_id, period_code=code, opened_by=who, reason=reason)
    if wanted == PeriodState.LOCKED:
        return lock_or_wait(company_id=company_id, period_code=code, locked_by=who, reason=reason)
    is_soft = wanted == PeriodState.SOFT_CLOSED
    return close_or_wait(
        company_id=company_id, period_code=code, closed_by=who, is_soft=is_soft, reason=reason
    )
