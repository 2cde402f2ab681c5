# SPDX-License-Identifier: Apache-2.0
"""Ledgers, and the way from each to its trial balance."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.admin.books import BooksModelAdmin
from apps.accounting.admin.reports import trial_balance_page
from apps.accounting.models import Ledger
from cortex.policy.declarations import policy_action


@admin.register(Ledger)
class LedgerAdmin(BooksModelAdmin):
    """The books of each company."""

    list_display = ("name", "company", "base_currency", "trial_balance")
    list_select_related = ("company",)
    search_fields = ("company__code__exact", "name__istartswith")
    fields = (
        "id",
        "company",
        "code",
        "name",
        "base_currency",
        "fiscal_year_start_month",
        "locale",
        "trial_balance",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the trial balance."""
        report = path(
            "<uuid:ledger_id>/trial-balance/",
            self.admin_site.admin_view(self.trial_balance_view),
            name="accounting_ledger_trial_balance",
        )
        return [report, *super().get_urls()]

    @policy_action(READ)
    def trial_balance_view(self, request: HttpRequest, ledger_id: str) -> HttpResponse:
        """Show the trial balance; `from` and `as_of` may be given."""
        return trial_balance_page(self, request, ledger_id)

    @admin.display(description="trial balance")
    def trial_balance(self, ledger: Ledger) -> SafeString:
        """Return the link to it."""
        url = reverse("admin:accounting_ledger_trial_balance", kwargs={"ledger_id": ledger.id})
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">Show</a>', url)
