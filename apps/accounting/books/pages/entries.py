# SPDX-License-Identifier: Apache-2.0
"""The list of entries, and one entry with its audit leaves beside it."""

from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import POST_ENTRY, READ, REVERSE_ENTRY
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.earlier_size import read_earlier_size
from apps.accounting.books.forms.entry_filters import EntryFiltersForm
from apps.accounting.books.positions import entry_word, read_entry_word
from apps.accounting.books.trail import trail_beside
from apps.accounting.domain.errors import EntryMustExist
from apps.accounting.selectors.journal_entries import (
    EntryFilters,
    EntryPage,
    EntryPosition,
    list_journal_entries,
)
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from apps.accounting.selectors.ledger import get_ledger, list_journals
from apps.accounting.selectors.whole_entry import get_whole_entry
from apps.audit.published import DocumentEvidence
from cortex.api.zip_files import zip_response
from cortex.ports import registry

PAGE_SIZE = 40


@books_page(GET=READ)
def entries(desk: Desk) -> HttpResponse:
    """Show a page of entries, newest first, filtered by journal, dates and reference."""
    get_ledger(company_id=desk.company.id)
    form, query = _filters_form(desk), desk.request.GET
    page = EntryPage(entries=[], next=None)
    if form.is_valid():
        page = list_journal_entries(
            company_id=desk.company.id,
            filters=form.filters(),
            reader=desk.principal,
            after=read_entry_word(query.get("after")),
            before=read_entry_word(query.get("before")),
            limit=PAGE_SIZE,
        )
    context = {
        "form": form,
        "page": page,
        "filters_query": _filters_query(desk),
        "next_url": _page_url(desk, "after", page.next),
        "previous_url": _page_url(desk, "before", page.previous),
        "is_filtered": any(query.get(name) for name in form.fields),
        "may_post": desk.may(POST_ENTRY),
    }
    return desk.render("entries.html", context, status=200 if form.is_valid() else 422)


@books_page(GET=READ)
def entry(desk: Desk, entry_id: UUID) -> HttpResponse:
    """Show an entry: lines, links to reversals, and the leaves that prove it."""
    shown = _read(desk, entry_id)
    newer, older = _neighbours(desk, shown)
    context = {
        "entry": shown,
        **trail_beside(desk, entry_id, actors=[shown.posted_by]),
        "related": [
            (title, related)
            for title, other in (("Reverses", shown.reverses_id), ("Reversed by", shown.reversed_by_id))
            if other is not None and (related := _read_if_visible(desk, other)) is not None
        ],
        "newer": newer,
        "older": older,
        "filters_query": _filters_query(desk),
        "may_reverse": shown.reversed_by_id is None and desk.may(REVERSE_ENTRY),
        "may_post": desk.may(POST_ENTRY),
    }
    return desk.render("entry.html", context)


@books_page(GET=READ)
def entry_proof(desk: Desk, entry_id: UUID) -> HttpResponse:
    """Send the archive that proves an entry offline, and with `since` that the log grew out of that tree."""
    earlier_size = read_earlier_size(desk.request.GET.get("since"))
    shown = get_whole_entry(company_id=desk.company.id, entry_id=entry_id, reader=desk.principal)
    archive = BytesIO()
    registry.get(DocumentEvidence).write(
        company_id=desk.company.id,
        object_id=shown.id,
        out=archive,
        taken_by=desk.principal,
        earlier_size=earlier_size,
    )
    return zip_response(archive, name=f"proof-{shown.id}.zip")


@books_page(GET=READ)
def how_to_verify(desk: Desk) -> HttpResponse:
    """Tell how the archive is checked, and what the verifier's sentences mean."""
    return desk.render("how_to_verify.html")


def _read(desk: Desk, entry_id: UUID) -> EntryView:
    return get_journal_entry(company_id=desk.company.id, entry_id=entry_id, reader=desk.principal)


def _read_if_visible(desk: Desk, entry_id: UUID) -> EntryView | None:
    """Return the entry at the other end of a reversal, or None where it is hidden."""
    try:
        return _read(desk, entry_id)
    except EntryMustExist:
        return None


def _filters_form(desk: Desk) -> EntryFiltersForm:
    return EntryFiltersForm(desk.request.GET, journals=list_journals(company_id=desk.company.id))


def _filters_query(desk: Desk) -> str:
    """Return the filters as the end of an address, so that an entry knows its list."""
    given = {name: desk.request.GET.get(name, "") for name in EntryFiltersForm.base_fields}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"?{query}" if query else ""


def _page_url(desk: Desk, direction: str, position: EntryPosition | None) -> str | None:
    if position is None:
        return None
    query = _filters_query(desk)
    return f"{query}{'&' if query else '?'}{urlencode({direction: entry_word(position)})}"


def _neighbours(desk: Desk, shown: EntryView) -> tuple[EntryView | None, EntryView | None]:
    """Return the entries before and after this one in the list that the person came from."""
    form = _filters_form(desk)
    filters = form.filters() if form.is_valid() else EntryFilters()
    here = EntryPosition(shown.accounting_date, shown.id)
    company_id = desk.company.id
    newer = list_journal_entries(
        company_id=company_id, filters=filters, reader=desk.principal, before=here, limit=1
    )
    older = list_journal_entries(
        company_id=company_id, filters=filters, reader=desk.principal, after=here, limit=1
    )
    return next(iter(newer.entries), None), next(iter(older.entries), None)
