# SPDX-License-Identifier: Apache-2.0
"""A backup says so where a stored balance is not the sum of its lines, whatever stands there instead."""

import psycopg
import pytest

from apps.accounting.adapters.backup_measure import measure_books
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from tests.factories.books import CONSOLE, open_books
from tests.frame.clones import Clone

TABLES = ["accounting_account_day_balance", "accounting_account_period_balance"]
ONE = "(SELECT ctid FROM {table} WHERE debit_minor > 0 LIMIT 1)"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {{table}} SET debit_minor = 0, credit_minor = 0 WHERE ctid = {ONE}",
        f"UPDATE {{table}} SET debit_minor = debit_minor + 1 WHERE ctid = {ONE}",
        f"DELETE FROM {{table}} WHERE ctid = {ONE}",
    ],
    ids=["zero", "another", "none"],
)
def test_a_stored_balance_unlike_its_lines_is_a_doubt(demo_database: Clone, table: str, change: str) -> None:
    with psycopg.connect(demo_database.admin_dsn) as admin:
        assert measure_books(admin).doubts == ()
        admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        admin.execute(change.format(table=table).encode())
        (doubt,) = measure_books(admin).doubts
    assert doubt.startswith("1 stored balances")


@pytest.mark.parametrize("is_cancellation", [False, True], ids=["reversed", "cancelled"])
def test_a_reversal_is_no_doubt(committed_database: Clone, is_cancellation: bool) -> None:
    books = open_books()
    entry = books.post()
    with books.entered():
        reverse_journal_entry(
            company_id=books.company_id,
            entry_id=entry.id,
            reversed_by=CONSOLE,
            is_cancellation=is_cancellation,
        )
    with psycopg.connect(committed_database.admin_dsn) as admin:
        assert measure_books(admin).doubts == ()
