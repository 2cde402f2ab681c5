# SPDX-License-Identifier: Apache-2.0
"""Routes below /api/v1/companies/{company_code}/."""

from django.urls import include, path

from apps.accounting.api.views.accounts import AccountsView, AccountView
from apps.accounting.api.views.calendar import (
    FiscalYearsView,
    PeriodCloseView,
    PeriodLockView,
    PeriodOpenView,
    PeriodsView,
)
from apps.accounting.api.views.journal_entries import (
    JournalEntriesBatchView,
    JournalEntriesView,
    JournalEntryLeavesView,
    JournalEntryProofView,
    JournalEntryReverseView,
    JournalEntryView,
)
from apps.accounting.api.views.journal_imports import JournalImportsView
from apps.accounting.api.views.journals import JournalsView, LedgerView
from apps.accounting.api.views.parties import PartiesView
from apps.accounting.api.views.reports import GeneralLedgerView, TrialBalanceView

app_name = "accounting-api"

_resources = [
    path("accounts", AccountsView.as_view(), name="accounts"),
    # Codes hold what charts hold, slashes too.
    path("accounts/<path:account_code>", AccountView.as_view(), name="account"),
    path("parties", PartiesView.as_view(), name="parties"),
    path("ledger", LedgerView.as_view(), name="ledger"),
    path("journals", JournalsView.as_view(), name="journals"),
    path("fiscal-years", FiscalYearsView.as_view(), name="fiscal-years"),
    path("periods", PeriodsView.as_view(), name="periods"),
    path("periods/<str:period_code>:open", PeriodOpenView.as_view(), name="period-open"),
    path("periods/<str:period_code>:close", PeriodCloseView.as_view(), name="period-close"),
    path("periods/<str:period_code>:lock", PeriodLockView.as_view(), name="period-lock"),
    path("journal-entries", JournalEntriesView.as_view(), name="journal-entries"),
    path("journal-entries:batch", JournalEntriesBatchView.as_view(), name="journal-entries-batch"),
    path("journal-entries/<uuid:entry_id>", JournalEntryView.as_view(), name="journal-entry"),
    path(
        "journal-entries/<uuid:entry_id>:reverse",
        JournalEntryReverseView.as_view(),
        name="journal-entry-reverse",
    ),
    path(
        "journal-entries/<uuid:entry_id>/audit-leaves",
        JournalEntryLeavesView.as_view(),
        name="journal-entry-audit-leaves",
    ),
    path(
        "journal-entries/<uuid:entry_id>/proof",
        JournalEntryProofView.as_view(),
        name="journal-entry-proof",
    ),
    path("journal-imports", JournalImportsView.as_view(), name="journal-imports"),
    path("reports/trial-balance", TrialBalanceView.as_view(), name="trial-balance"),
    path("reports/general-ledger", GeneralLedgerView.as_view(), name="general-ledger"),
]

urlpatterns = [path("companies/<str:company_code>/", include(_resources))]
