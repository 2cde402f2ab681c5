# SPDX-License-Identifier: Apache-2.0
"""The names under which policies know the books."""

READ_BOOKS = "accounting.books.read"

ENTRY = "Accounting::JournalEntry"
ACCOUNT = "Accounting::Account"
PERIOD = "Accounting::FiscalPeriod"
