# SPDX-License-Identifier: Apache-2.0
"""Accounts, journals and parties."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.accounting.admin.books import BooksModelAdmin
from apps.accounting.admin.reports import account_lines_page
from apps.accounting.domain.policy_names import ACCOUNT
from apps.accounting.models import Account, Journal, PartyName


@admin.register(Account)
class AccountAdmin(BooksModelAdmin):
    """The charts of accounts; each account leads to its lines."""

    entity_type = ACCOUNT
    list_display = ("code", "name", "type", "company", "is_bank_or_cash", "is_active")
    list_filter = ("type", "is_bank_or_cash", "is_active", ("company", AutocompleteSelectFilter))
    list_select_related = ("company",)
    search_fields = ("code__startswith",)
    search_help_text = "The beginning of the code"
    fields = (
        "id",
        "company",
        "ledger",
        "code",
        "name",
        "type",
        "parent",
        "is_bank_or_cash",
        "is_active",
        "lines",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """Add the page of an account's lines."""
        lines = path(
            "<uuid:account_id>/lines/",
            self.admin_site.admin_view(self.lines_view),
            name="accounting_account_lines",
        )
        return [lines, *super().get_urls()]

    def lines_view(self, request: HttpRequest, account_id: str) -> HttpResponse:
        """Show the lines of the account, oldest first, with the balance after each."""
        return account_lines_page(self, request, account_id)

    @admin.display(description="general ledger")
    def lines(self, account: Account) -> SafeString:
        """Return the link to the lines."""
        url = reverse("admin:accounting_account_lines", kwargs={"account_id": account.id})
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">Show the lines of this account</a>',
            url,
        )


@admin.register(Journal)
class JournalAdmin(BooksModelAdmin):
    """Journals."""

    list_display = ("code", "name", "company")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    search_fields = ("code__exact",)
    fields = ("id", "company", "ledger", "code", "name")
    readonly_fields = fields


@admin.register(PartyName)
class PartyNameAdmin(BooksModelAdmin):
    """Parties whose names were not erased."""

    list_display = ("name", "company")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    search_fields = ("name__startswith",)
    search_help_text = "The beginning of the name"
    ordering = ("name",)
    fields = ("party_id", "company", "name")
    readonly_fields = fields
