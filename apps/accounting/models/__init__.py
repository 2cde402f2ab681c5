# SPDX-License-Identifier: Apache-2.0
"""Rows of the books. Posted rows are written by the database function `accounting_post_entries` alone."""

from apps.accounting.models.account import Account
from apps.accounting.models.balance import AccountDayBalance, AccountPeriodBalance
from apps.accounting.models.fiscal_year import FiscalPeriod, FiscalYear
from apps.accounting.models.journal import Journal, JournalCounter
from apps.accounting.models.journal_entry import JournalEntry, JournalEntryText, JournalLine
from apps.accounting.models.ledger import Ledger
from apps.accounting.models.party import Party, PartyName

__all__ = [
    "Account",
    "AccountDayBalance",
    "AccountPeriodBalance",
    "FiscalPeriod",
    "FiscalYear",
    "Journal",
    "JournalCounter",
    "JournalEntry",
    "JournalEntryText",
    "JournalLine",
    "Ledger",
    "Party",
    "PartyName",
]
