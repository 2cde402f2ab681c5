# SPDX-License-Identifier: Apache-2.0
"""Doors of the bookkeeping pages."""

from django.urls import path

from apps.accounting.books.pages.accounts import accounts
from apps.accounting.books.pages.approval_rules import (
    delegation,
    delegations,
    end,
    limit,
    limits,
    switch_second_person,
)
from apps.accounting.books.pages.approvals import approvals, decide, proposal, take_back, write_comment
from apps.accounting.books.pages.audit_log import audit_log, audit_log_file, leaf_proof
from apps.accounting.books.pages.companies import companies
from apps.accounting.books.pages.emergency_access import (
    emergency_access,
    end_emergency_access,
    review_emergency_access,
)
from apps.accounting.books.pages.entries import entries, entry, entry_proof, how_to_verify
from apps.accounting.books.pages.home import home, open_books
from apps.accounting.books.pages.import_job import cancel_import, import_job
from apps.accounting.books.pages.imports import confirm_import, import_files
from apps.accounting.books.pages.log_state import log_state
from apps.accounting.books.pages.new_entry import new_entry
from apps.accounting.books.pages.periods import open_year, period, periods
from apps.accounting.books.pages.reports import general_ledger, trial_balance_file, trial_balance_page
from apps.accounting.books.pages.reversal import reversal

app_name = "books"
_COMPANY = "<str:company_code>/"
urlpatterns = [
    path("", companies, name="companies"),
    path(_COMPANY, home, name="home"),
    path(f"{_COMPANY}open/", open_books, name="open-books"),
    path(f"{_COMPANY}entries/", entries, name="entries"),
    path(f"{_COMPANY}entries/new/", new_entry, name="new-entry"),
    path(f"{_COMPANY}entries/<uuid:entry_id>/", entry, name="entry"),
    path(f"{_COMPANY}entries/<uuid:entry_id>/proof.zip", entry_proof, name="entry-proof"),
    path(f"{_COMPANY}entries/<uuid:entry_id>/reverse/", reversal, name="reversal"),
    path(f"{_COMPANY}import/", import_files, name="import"),
    path(f"{_COMPANY}import/confirm/", confirm_import, name="confirm-import"),
    path(f"{_COMPANY}import/<uuid:job_id>/", import_job, name="import-job"),
    path(f"{_COMPANY}import/<uuid:job_id>/cancel/", cancel_import, name="cancel-import"),
    path(f"{_COMPANY}trial-balance/", trial_balance_page, name="trial-balance"),
    path(f"{_COMPANY}trial-balance.csv", trial_balance_file, name="trial-balance-file"),
    path(f"{_COMPANY}accounts/", accounts, name="accounts"),
    # A code may hold any character but a slash at its ends; the tree is made of colons.
    path(f"{_COMPANY}accounts/<path:account_code>/", general_ledger, name="general-ledger"),
    path(f"{_COMPANY}periods/", periods, name="periods"),
    path(f"{_COMPANY}periods/open-year/", open_year, name="open-year"),
    path(f"{_COMPANY}periods/<str:period_code>/", period, name="period"),
    path(f"{_COMPANY}audit-log/", audit_log, name="audit-log"),
    path(f"{_COMPANY}audit-log/how-to-verify/", how_to_verify, name="how-to-verify"),
    path(f"{_COMPANY}audit-log/state/", log_state, name="log-state"),
    path(f"{_COMPANY}audit-log/<uuid:leaf_id>/proof.zip", leaf_proof, name="leaf-proof"),
    path(f"{_COMPANY}audit-log.csv", audit_log_file, name="audit-log-file"),
    path(f"{_COMPANY}emergency-access/", emergency_access, name="emergency-access"),
    path(
        f"{_COMPANY}emergency-access/<uuid:access_id>/end/", end_emergency_access, name="end-emergency-access"
    ),
    path(
        f"{_COMPANY}emergency-access/<uuid:access_id>/review/",
        review_emergency_access,
        name="review-emergency-access",
    ),
    path(f"{_COMPANY}approvals/", approvals, name="approvals"),
    path(f"{_COMPANY}approvals/delegations/", delegations, name="delegations"),
    path(f"{_COMPANY}approvals/delegations/<uuid:delegation_id>/", delegation, name="delegation"),
    path(f"{_COMPANY}approvals/delegations/<uuid:delegation_id>/end/", end, name="end-delegation"),
    path(f"{_COMPANY}approvals/limits/", limits, name="limits"),
    path(f"{_COMPANY}approvals/limits/<uuid:limit_id>/", limit, name="limit"),
    path(f"{_COMPANY}approvals/limits/second-person/", switch_second_person, name="second-person"),
    path(f"{_COMPANY}approvals/<uuid:proposal_id>/", proposal, name="proposal"),
    path(f"{_COMPANY}approvals/<uuid:proposal_id>/decide/", decide, name="decide"),
    path(f"{_COMPANY}approvals/<uuid:proposal_id>/comment/", write_comment, name="comment"),
    path(f"{_COMPANY}approvals/<uuid:proposal_id>/withdraw/", take_back, name="withdraw"),
]
