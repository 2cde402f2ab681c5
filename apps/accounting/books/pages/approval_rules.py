# SPDX-License-Identifier: Apache-2.0
"""Who decides in whose stead, and up to which amounts whom enters alone."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.approvals import DelegationForm, LimitForm
from apps.accounting.books.trail import trail_beside
from apps.accounting.selectors.ledger import get_ledger
from cortex.approvals.actions import CHANGE_LIMITS, DELEGATE, READ_LIMITS
from cortex.approvals.change_or_propose_rules import limit_or_propose, second_person_or_propose
from cortex.approvals.delegations import delegation_of, delegations_of
from cortex.approvals.limits import limit_of, limits_of, rules_of
from cortex.approvals.models import EntryLimit
from cortex.approvals.waiting_verbs import delegate_or_wait, end_or_wait
from cortex.errors import CortexError
from cortex.identity.people import people_in
from cortex.ports.approvals import ProposalRef
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import VerbMustWait

_FORMER = "Former member"


@books_page(GET=DELEGATE, POST=DELEGATE)
def delegations(desk: Desk) -> HttpResponse:
    """Show one's delegations, and let a colleague decide for some days."""
    company_id, own_id = desk.company.id, desk.principal.user_id
    everybody = people_in(company_id=company_id)
    today = get(Clock).today()
    form = DelegationForm(
        desk.request.POST or None,
        people=[each for each in everybody if each.user_id != own_id],
        initial={"first_day": today, "last_day": today},
    )
    if desk.request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        try:
            delegate_or_wait(
                company_id=company_id,
                delegated_by=desk.principal,
                to_user_id=form.delegate_id(),
                starts_at=starts_at,
                ends_at=ends_at,
            )
        except VerbMustWait:
            raise
        except CortexError as error:
            form.add_error(None, error.message)
        else:
            messages.success(desk.request, "Your colleague decides in your stead on these days.")
            return desk.go(desk.url("delegations"))
    rows = delegations_of(company_id=company_id, user_id=own_id) if own_id else []
    names = {each.user_id: each.name for each in everybody}
    context = {
        "form": form,
        "rows": [
            (row, names.get(row.from_user_id), names.get(row.to_user_id), row.from_user_id == own_id)
            for row in rows
        ],
    }
    return desk.render("delegations.html", context, status=_status(is_refused=form.is_bound))


@books_page(GET=DELEGATE)
def delegation(desk: Desk, delegation_id: UUID) -> HttpResponse:
    """Show one of one's delegations, also an ended one, with its history."""
    own_id = desk.principal.user_id
    row = delegation_of(company_id=desk.company.id, delegation_id=delegation_id, user_id=own_id)
    names = {each.user_id: each.name for each in people_in(company_id=desk.company.id)}
    context = {
        "row": row,
        "giver": names.get(row.from_user_id, _FORMER),
        "delegate": names.get(row.to_user_id, _FORMER),
        "may_end": row.from_user_id == own_id and row.ends_at > get(Clock).now(),
        **trail_beside(desk, row.id),
    }
    return desk.render("delegation.html", context)


@books_page(POST=DELEGATE)
def end(desk: Desk, delegation_id: UUID) -> HttpResponse:
    """Take one's right back."""
    end_or_wait(company_id=desk.company.id, delegation_id=delegation_id, ended_by=desk.principal)
    messages.success(desk.request, "The delegation has ended.")
    return desk.go(desk.url("delegations"))


@books_page(GET=READ_LIMITS, POST=CHANGE_LIMITS)
def limits(desk: Desk) -> HttpResponse:
    """Show the limits, and change one."""
    ledger = get_ledger(company_id=desk.company.id)
    everybody = people_in(company_id=desk.company.id)
    form = LimitForm(
        desk.request.POST or None, people=everybody, locale=ledger.locale, currency=ledger.base_currency
    )
    if desk.request.method == "POST" and form.is_valid():
        try:
            changed = limit_or_propose(
                company_id=desk.company.id,
                entry_limit_minor=form.cleaned_data["amount"],
                set_by=desk.principal,
                **form.subject_of(),
            )
        except CortexError as error:
            form.add_error(None, error.message)
        else:
            waiting = changed if isinstance(changed, ProposalRef) else None
            return _went(desk, waiting, "The limit was changed.")
    rules = rules_of(company_id=desk.company.id)
    names = {each.user_id: each.name for each in everybody}
    context = {
        "form": form if desk.may(CHANGE_LIMITS) else None,
        "requires_second_person": rules.requires_second_person,
        "limits": [(_whose(row, names), row) for row in limits_of(company_id=desk.company.id)],
        # The rule of the company has the company's own id.
        **trail_beside(desk, desk.company.id, verb=CHANGE_LIMITS),
    }
    return desk.render("limits.html", context, status=_status(is_refused=form.is_bound))


@books_page(GET=READ_LIMITS)
def limit(desk: Desk, limit_id: UUID) -> HttpResponse:
    """Show one limit with its history."""
    ledger = get_ledger(company_id=desk.company.id)
    row = limit_of(company_id=desk.company.id, limit_id=limit_id)
    names = {each.user_id: each.name for each in people_in(company_id=desk.company.id)}
    context = {"whose": _whose(row, names), "row": row, "ledger": ledger, **trail_beside(desk, row.id)}
    return desk.render("limit.html", context)


def _whose(row: EntryLimit, names: Mapping[UUID, str]) -> str:
    return f"Role {row.role}" if row.user_id is None else names.get(row.user_id, _FORMER)


@books_page(POST=CHANGE_LIMITS)
def switch_second_person(desk: Desk) -> HttpResponse:
    """Require a second person, or no longer."""
    is_required = desk.request.POST.get("is_required") == "yes"
    changed = second_person_or_propose(
        company_id=desk.company.id, is_required=is_required, set_by=desk.principal
    )
    return _went(desk, changed, "The rule was changed.")


def _went(desk: Desk, proposal: ProposalRef | None, said: str) -> HttpResponse:
    if proposal is not None:
        return desk.wait(proposal)
    messages.success(desk.request, said)
    return desk.go(desk.url("limits"))


def _status(*, is_refused: bool) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
