# SPDX-License-Identifier: Apache-2.0
"""Fiscal years and periods."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.accounting.admin.books import BooksModelAdmin
from apps.accounting.domain.policy_names import PERIOD
from apps.accounting.models import FiscalPeriod, FiscalYear


@admin.register(FiscalYear)
class FiscalYearAdmin(BooksModelAdmin):
    """Fiscal years."""

    list_display = ("code", "company", "start_date", "end_date")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    search_fields = ("code__exact",)
    fields = ("id", "company", "ledger", "code", "start_date", "end_date")
    readonly_fields = fields


@admin.register(FiscalPeriod)
class FiscalPeriodAdmin(BooksModelAdmin):
    """Periods and their states."""

    entity_type = PERIOD
    list_display = ("code", "company", "state", "start_date", "end_date")
    list_filter = ("state", ("company", AutocompleteSelectFilter))
    list_select_related = ("company",)
    search_fields = ("code__exact",)
    fields = ("id", "company", "ledger", "fiscal_year", "code", "state", "start_date", "end_date")
    readonly_fields = fields
