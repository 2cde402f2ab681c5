# SPDX-License-Identifier: Apache-2.0
"""Report pages of the administration: the same figures as everywhere, with links further down."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminDateWidget

from apps.accounting.admin.tables import account_lines, trial_balance_table
from apps.accounting.selectors.general_ledger import LinePosition, general_ledger_page
from apps.accounting.selectors.trial_balance import trial_balance
from cortex.backoffice.access import reader_of
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.refusing import refuse_this_page
from cortex.backoffice.tables import written
from cortex.identity.principals import principal_of
from cortex.policy.looks import LOOKED_AT, Look, note_look

LINES_PER_PAGE = 100


class SpanForm(forms.Form):
    """From which day to which; both inclusive."""

    as_of = forms.DateField(required=False, widget=UnfoldAdminDateWidget, label="As of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No Python name can spell this one.
        self.fields["from"] = forms.DateField(required=False, widget=UnfoldAdminDateWidget, label="From")
        self.order_fields(["from", "as_of"])


def trial_balance_page(page: ReadOnlyModelAdmin, request: HttpRequest, ledger_id: str) -> HttpResponse:
    """Return the trial balance of a ledger that the person may see."""
    ledger = _row(page, request, ledger_id)
    form = SpanForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {}
    balance = trial_balance(
        company_id=ledger.company_id,
        reader=reader_of(request),
        as_of=days.get("as_of"),
        from_date=days.get("from"),
    )
    title = f"Trial balance of {ledger.company}, {ledger.name}"
    context = {
        "title": title,
        "form": form,
        "table": written(trial_balance_table(balance, title=title)),
    }
    return _rendered(page, request, context)


def account_lines_page(page: ReadOnlyModelAdmin, request: HttpRequest, account_id: str) -> HttpResponse:
    """Return a page of the lines of an account that the person may see."""
    account = _row(page, request, account_id)
    _note_texts(request, account)
    ledger_page = general_ledger_page(
        company_id=account.company_id,
        account_code=account.code,
        reader=reader_of(request),
        after=_position(request.GET.get("after")),
        limit=LINES_PER_PAGE,
    )
    context = {
        "title": f"Lines of {account}",
        "table": written(account_lines(ledger_page)),
        "next_url": ledger_page.next and f"?after={_written_position(ledger_page.next)}",
    }
    return _rendered(page, request, context)


def _row(page: ReadOnlyModelAdmin, request: HttpRequest, row_id: str) -> Any:
    if not page.has_view_permission(request):
        refuse_this_page(request)
    row = page.get_queryset(request).select_related("company").filter(pk=row_id).first()
    if row is None:
        raise Http404
    return row


def _note_texts(request: HttpRequest, account: Any) -> None:
    """Let the page leave a leaf: it shows what entries say in words, which may name people."""
    note_look(
        Look(
            principal=principal_of(request),
            verb=LOOKED_AT,
            company_id=account.company_id,
            object_type="accounting.account",
            object_id=account.id,
        )
    )


def _position(text: str | None) -> LinePosition | None:
    """Read `2015-03-31,<entry id>,2`, which the page before wrote."""
    if not text:
        return None
    try:
        day, entry_id, line_no = text.split(",")
        return LinePosition(date.fromisoformat(day), UUID(entry_id), int(line_no[:5]))
    except ValueError as error:
        raise Http404 from error


def _written_position(position: LinePosition) -> str:
    return f"{position.accounting_date},{position.entry_id},{position.line_no}"


def _rendered(page: ReadOnlyModelAdmin, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    shared = {**page.admin_site.each_context(request), "opts": page.model._meta}
    return TemplateResponse(request, "admin/report.html", {**shared, **context})
