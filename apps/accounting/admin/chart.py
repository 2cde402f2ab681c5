# SPDX-License-Identifier: Apache-2.0
"""Accounts, journals and parties."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.admin.books import BooksModelAdmin
from apps.accounting.admin.reports import account_lines_page
from apps.accounting.domain.errors import PartyNamesMustBeReadable
from apps.accounting.domain.policy_names import ACCOUNT
from apps.accounting.models import Account, Journal, PartyName
from apps.accounting.selectors.parties import parties_named
from apps.accounting.selectors.party_names import StoredName, shown_names
from cortex.backoffice.access import readable_companies
from cortex.policy.declarations import policy_action


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

    @policy_action(READ)
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
    """Parties whose names were not erased; the newest first, since the database cannot sort sealed names."""

    looks_leave_leaves = True
    list_display = ("shown_name", "company")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    # Names are sealed: `get_search_results` finds them by their index.
    search_fields = ("party_id",)
    search_help_text = "The whole name, letter by letter"
    ordering = ("-party_id",)
    fields = ("party_id", "company", "shown_name")
    readonly_fields = fields

    @admin.display(description="name")
    def shown_name(self, row: PartyName) -> str | None:
        """Return the name."""
        stored = StoredName.of(row.party_id, row.name, row.name_key_id, row.name_sealed)
        return shown_names(company_id=row.company_id, stored=[stored]).get(row.party_id)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PartyName], search_term: str
    ) -> tuple[QuerySet[PartyName], bool]:
        """Return the rows of this name; none, and why, while the keeper of keys does not answer."""
        if not search_term:
            return queryset, False
        try:
            found = [
                party_id
                for company_id in readable_companies(request, action=self.policy_action)
                for party_id in parties_named(company_id=company_id, names=[search_term]).values()
            ]
        except PartyNamesMustBeReadable as error:
            messages.error(request, error.message)
            return queryset.none(), False
        return queryset.filter(party_id__in=found), False
