# SPDX-License-Identifier: Apache-2.0
"""A backup says so where a stored balance is not the sum of its lines, whatever stands there instead."""

import psycopg
import pytest

from apps.accounting.adapters.backup_measure import measure_books
from tests.frame.clones import Clone

ONE = "(SELECT ctid FROM accounting_account_day_balance WHERE debit_minor > 0 LIMIT 1)"


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE accounting_account_day_balance SET debit_minor = 0, credit_minor = 0 WHERE ctid = {ONE}",
        f"UPDATE accounting_account_day_balance SET debit_minor = debit_minor + 1 WHERE ctid = {ONE}",
        f"DELETE FROM accounting_account_day_balance WHERE ctid = {ONE}",
    ],
    ids=["zero", "another", "none"],
)
def test_a_stored_balance_unlike_its_lines_is_a_doubt(demo_database: Clone, change: str) -> None:
    with psycopg.connect(demo_database.admin_dsn) as admin:
        assert measure_books(admin).doubts == ()
        admin.execute("ALTER TABLE accounting_account_day_balance DISABLE TRIGGER ALL")
        admin.execute(change.encode())
        (doubt,) = measure_books(admin).doubts
    assert doubt.startswith("1 stored balances")
