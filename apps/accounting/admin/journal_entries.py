# SPDX-License-Identifier: Apache-2.0
"""Posted entries: lines, text, the links of reversals, and the audit leaves behind them."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from apps.accounting.admin.books import BooksModelAdmin
from apps.accounting.admin.tables import entry_lines
from apps.accounting.domain.errors import EntryMustExist
from apps.accounting.domain.policy_names import ENTRY
from apps.accounting.models import JournalEntry
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from cortex.backoffice.access import reader_of
from cortex.backoffice.tables import written
from cortex.ports.audit_log import AuditLog
from cortex.ports.registry import get


@admin.register(JournalEntry)
class JournalEntryAdmin(BooksModelAdmin):
    """Entries, newest first. Lists read no texts: those lie in a table as large as the books."""

    looks_leave_leaves = True
    entity_type = ENTRY
    list_display = (
        "accounting_date",
        "label",
        "reference",
        "company",
        "line_count",
        "posted_by",
        "recorded_at",
    )
    list_display_links = ("accounting_date", "label")
    list_filter = (
        ("accounting_date", RangeDateFilter),
        ("company", AutocompleteSelectFilter),
        "is_cancellation",
    )
    list_select_related = ("company", "journal", "fiscal_year")
    search_fields = ("id__exact", "reference__exact")
    search_help_text = "The whole reference or id"
    fields = (
        "id",
        "company",
        "label",
        "accounting_date",
        "reference",
        "narration",
        "reverses_link",
        "reversed_by_link",
        "is_cancellation",
        "posted_by",
        "recorded_at",
        "lines",
        "audit_leaves",
    )
    readonly_fields = fields

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> JournalEntry | None:
        """Return the entry as whoever looks may read it: the other end of a reversal may be hidden."""
        entry: JournalEntry | None = super().get_object(request, object_id, from_field)
        if entry is None:
            return None
        try:
            entry.__dict__["_entry_view"] = get_journal_entry(
                company_id=entry.company_id, entry_id=entry.id, reader=reader_of(request)
            )
        except EntryMustExist:
            return None
        return entry

    @admin.display(description="number")
    def label(self, entry: JournalEntry) -> str:
        """Return journal, fiscal year and number."""
        return f"{entry.journal.code}/{entry.fiscal_year.code}/{entry.number}"

    @admin.display(description="narration")
    def narration(self, entry: JournalEntry) -> str:
        """Return the text, or say that it was erased."""
        text = _view(entry).narration
        return "(erased)" if text is None else text

    @admin.display(description="reverses")
    def reverses_link(self, entry: JournalEntry) -> SafeString | None:
        """Return the link to the entry that this one undoes."""
        return _entry_link(_view(entry).reverses_id)

    @admin.display(description="reversed by")
    def reversed_by_link(self, entry: JournalEntry) -> SafeString | None:
        """Return the link to the entry that undoes this one."""
        return _entry_link(_view(entry).reversed_by_id)

    @admin.display(description="lines")
    def lines(self, entry: JournalEntry) -> SafeString:
        """Return the lines as a table."""
        return written(entry_lines(_view(entry)))

    @admin.display(description="audit leaves")
    def audit_leaves(self, entry: JournalEntry) -> SafeString:
        """Return the exact text and hash of each leaf."""
        leaves = get(AuditLog).leaves_of(company_id=entry.company_id, object_id=entry.id)
        return render_to_string("admin/accounting/audit_leaves.html", {"leaves": leaves})


def _view(entry: JournalEntry) -> EntryView:
    """Return the entry as people read it, which came with the row."""
    view: EntryView = entry.__dict__["_entry_view"]
    return view


def _entry_link(entry_id: object) -> SafeString | None:
    if entry_id is None:
        return None
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
        reverse("admin:accounting_journalentry_change", args=[entry_id]),
        entry_id,
    )
