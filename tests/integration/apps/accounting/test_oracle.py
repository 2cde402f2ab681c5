# SPDX-License-Identifier: Apache-2.0
"""The slow way finds what is wrong: a superuser changes what triggers do not guard against it."""

import psycopg
import pytest

from tests.factories.books import open_books
from tests.factories.oracle import check_books
from tests.frame.clones import Clone

UNGUARDED = "ALTER TABLE {0} DISABLE TRIGGER ALL; "
TAMPERINGS = (
    "UPDATE accounting_account_day_balance SET debit_minor = debit_minor + 1",
    "UPDATE accounting_account_period_balance SET line_count = line_count + 1",
    "UPDATE accounting_journal_counter SET last_number = last_number + 1",
    "UPDATE accounting_journal_entry_text SET narration = 'Something else'",
    UNGUARDED + "UPDATE {0} SET number = 2",
    UNGUARDED + "UPDATE {0} SET amount_minor = amount_minor * 2",
    UNGUARDED + "DELETE FROM {0}",
    UNGUARDED + "DELETE FROM {0}",
)
TABLES = (
    *[""] * 4,
    "accounting_journal_entry",
    "accounting_journal_line",
    "audit_entry",
    "events_outbox_event",
)


class TestOracle:
    def test_finds_every_kind_of_tampering(self, committed_database: Clone) -> None:
        for number, (statement, table) in enumerate(zip(TAMPERINGS, TABLES, strict=True)):
            books = open_books(code=f"RUN{number}")
            books.post()
            with books.entered():
                assert check_books() == 1
                with psycopg.connect(committed_database.admin_dsn) as admin:
                    admin.execute(statement.format(table))
                with pytest.raises((AssertionError, KeyError)):
                    check_books()
