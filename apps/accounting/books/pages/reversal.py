# SPDX-License-Identifier: Apache-2.0
"""Reverse an entry: asked for on a page of its own, done by POST only."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import REVERSE_ENTRY
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.reversal import ReversalForm
from apps.accounting.domain.errors import PeriodMustBeOpen, ReversalMustNotPrecedeItsEntry
from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.services.reverse_or_propose import reverse_or_propose
from cortex.ports.approvals import ProposalRef


@books_page(GET=REVERSE_ENTRY, POST=REVERSE_ENTRY)
def reversal(desk: Desk, entry_id: UUID) -> HttpResponse:
    """Ask for date and text, then post the reversal and show it."""
    entry = get_journal_entry(company_id=desk.company.id, entry_id=entry_id, reader=desk.principal)
    form = ReversalForm(desk.request.POST or None, initial={"accounting_date": entry.accounting_date})
    if desk.request.method == "POST" and form.is_valid():
        try:
            posted = reverse_or_propose(
                company_id=desk.company.id,
                entry_id=entry_id,
                reversed_by=desk.principal,
                accounting_date=form.cleaned_data["accounting_date"],
                narration=form.cleaned_data["narration"] or None,
                is_cancellation=form.cleaned_data["is_cancellation"],
            )
        except (PeriodMustBeOpen, ReversalMustNotPrecedeItsEntry) as error:
            form.add_error("accounting_date", error.message)
        else:
            if isinstance(posted, ProposalRef):
                return desk.wait(posted)
            messages.success(desk.request, f"Reversed {entry.label}.")
            return desk.go(desk.url("entry", entry_id=posted.id))
    return desk.render("reversal.html", {"entry": entry, "form": form}, status=422 if form.is_bound else 200)
