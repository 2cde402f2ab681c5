# SPDX-License-Identifier: Apache-2.0
"""Write an entry."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import POST_ENTRY
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.entry import EntryForm
from apps.accounting.books.post_once import post_once
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.parties import offered_parties
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from cortex.api.errors import IdempotencyKeyMustKeepItsRequest
from cortex.errors import CortexError
from cortex.money import exponent, separators
from cortex.ports.approvals import ProposalRef
from cortex.ports.clock import Clock
from cortex.ports.registry import get

PARTIES_OFFERED = 200


@books_page(GET=POST_ENTRY, POST=POST_ENTRY)
def new_entry(desk: Desk) -> HttpResponse:
    """Show the form, or post what was typed; whatever is refused comes back with the reason beside it."""
    ledger = get_ledger(company_id=desk.company.id)
    if desk.request.method != "POST":
        like = desk.request.GET.get("like")
        entry = _read(desk, _id(like)) if like else None
        return _shown(desk, EntryForm.empty(ledger=ledger, today=get(Clock).today(), like=entry))
    form = EntryForm.sent(desk.request.POST, ledger=ledger)
    posted_id = _posted(desk, form) if form.is_valid() else None
    if posted_id is None:
        return _shown(desk, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if isinstance(posted_id, ProposalRef):
        return desk.wait(posted_id)
    posted = get_journal_entry(company_id=desk.company.id, entry_id=posted_id, reader=None)
    messages.success(desk.request, f"Posted {posted.label}.")
    return desk.go(desk.url("entry", entry_id=posted_id))


def _read(desk: Desk, entry_id: UUID) -> EntryView:
    return get_journal_entry(company_id=desk.company.id, entry_id=entry_id, reader=desk.principal)


def _posted(desk: Desk, form: EntryForm) -> UUID | ProposalRef | None:
    """Post the entry and return its id, or the proposal, or None when the form now tells why not."""
    try:
        return post_once(
            key=str(form.head.cleaned_data["key"]),
            form=form.content(),
            principal=desk.principal,
            company_id=desk.company.id,
            work=lambda: _post_or_propose(desk, form),
        )
    except IdempotencyKeyMustKeepItsRequest:
        form.renew_key()
        form.head.add_error(
            None, "This form was posted before with other content. Post again for a new entry."
        )
    except CortexError as error:
        form.add_refusal(error)
    return None


def _post_or_propose(desk: Desk, form: EntryForm) -> UUID | ProposalRef:
    posted = post_or_propose_entries(
        company_id=desk.company.id, drafts=[form.draft()], posted_by=desk.principal
    )
    return posted if isinstance(posted, ProposalRef) else posted[0].id


def _shown(desk: Desk, form: EntryForm, status: int = HTTPStatus.OK) -> HttpResponse:
    ledger = form.ledger
    decimal_mark, group_mark = separators(locale=ledger.locale)
    context = {
        "form": form,
        "accounts": [
            account
            for account in list_accounts(company_id=desk.company.id, reader=desk.principal)
            if account.is_active
        ],
        "parties": offered_parties(company_id=desk.company.id, limit=PARTIES_OFFERED),
        "decimal_mark": decimal_mark,
        "group_mark": group_mark,
        "decimals": exponent(ledger.base_currency),
    }
    template = "_entry_form.html" if desk.is_asked_by_htmx else "new_entry.html"
    return desk.render(template, context, status=status)


def _id(text: str) -> UUID:
    """Return the id of an entry; one that is no id finds no entry."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
