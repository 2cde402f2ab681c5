# SPDX-License-Identifier: Apache-2.0
"""What may be done to the books; who may is said in `policies/`."""

from apps.accounting.domain.policy_names import ACCOUNT, ENTRY, PERIOD, READ_BOOKS
from cortex.policy.actions import Action, declare

READ = READ_BOOKS
POST_ENTRY = "accounting.journal_entry.post"
REVERSE_ENTRY = "accounting.journal_entry.reverse"
POST_IN_SOFT_CLOSED_PERIOD = "accounting.journal_entry.post_in_soft_closed_period"
IMPORT_JOURNAL = "accounting.journal.import"
CREATE_ACCOUNT = "accounting.account.create"
UPDATE_ACCOUNT = "accounting.account.update"
CREATE_LEDGER = "accounting.ledger.create"
OPEN_FISCAL_YEAR = "accounting.fiscal_year.open"
OPEN_PERIOD = "accounting.fiscal_period.open"
CLOSE_PERIOD = "accounting.fiscal_period.close"
LOCK_PERIOD = "accounting.fiscal_period.lock"
SHARE = "accounting.viewer.change"
SIGN_REPORT = "accounting.report.sign"

# Documents to come; who may approve them is decided already.
APPROVE_BILL = "accounting.bill.approve"
RELEASE_PAYMENT = "accounting.payment.release"
APPROVE_BANK_ACCOUNT = "accounting.bank_account.approve"

_WRITE, _READ = "accounting:write", "accounting:read"
# The objects, beside the company itself, that an action may be about.
_OBJECTS = {
    READ: {ENTRY, ACCOUNT, PERIOD},
    POST_ENTRY: {"Accounting::EntryDraft"},
    REVERSE_ENTRY: {ENTRY, "Accounting::EntryDraft"},
    IMPORT_JOURNAL: {"Accounting::EntryDraft"},
    APPROVE_BILL: {"Accounting::Bill"},
    RELEASE_PAYMENT: {"Accounting::Payment"},
    APPROVE_BANK_ACCOUNT: {"Accounting::BankAccount"},
    CREATE_ACCOUNT: {ACCOUNT},
    UPDATE_ACCOUNT: {ACCOUNT},
    SHARE: {ENTRY, ACCOUNT},
}

_PROPOSED = {POST_ENTRY, REVERSE_ENTRY, OPEN_PERIOD}
# What a plugin may be granted: reading, and entries that wait for somebody's consent.
_OF_PLUGINS = {READ, POST_ENTRY}


def declare_actions() -> None:
    """Register every action of the books; what is not listed here is denied."""
    for code, title, scope in (
        (READ, "Read the books", _READ),
        (POST_ENTRY, "Post a journal entry", _WRITE),
        (REVERSE_ENTRY, "Reverse a journal entry", _WRITE),
        (POST_IN_SOFT_CLOSED_PERIOD, "Post into a soft-closed period", _WRITE),
        (IMPORT_JOURNAL, "Import a journal", _WRITE),
        (CREATE_ACCOUNT, "Create an account", _WRITE),
        (UPDATE_ACCOUNT, "Rename or deactivate an account", _WRITE),
        (CREATE_LEDGER, "Open the books of a company", _WRITE),
        (OPEN_FISCAL_YEAR, "Open a fiscal year", _WRITE),
        (OPEN_PERIOD, "Reopen a fiscal period", _WRITE),
        (CLOSE_PERIOD, "Close a fiscal period", _WRITE),
        (LOCK_PERIOD, "Lock a fiscal period for good", _WRITE),
        (SHARE, "Share an entry or an account with a member", _WRITE),
        (APPROVE_BILL, "Approve a bill", _WRITE),
        (RELEASE_PAYMENT, "Release a payment", _WRITE),
        (APPROVE_BANK_ACCOUNT, "Approve a changed bank account", _WRITE),
        (SIGN_REPORT, "Give out a signed report", _READ),
    ):
        resources = frozenset(_OBJECTS.get(code, ()))
        is_proposed = code in _PROPOSED
        declare(Action(code, title, scope, resources, is_proposed, code in _OF_PLUGINS))
