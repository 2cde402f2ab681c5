# SPDX-License-Identifier: Apache-2.0
"""Transactions of the service role: what a lost connection looks like, and that the next one works."""

import pytest
from django.db import OperationalError

from cortex.database.service_role import service_transaction
from cortex.database.transactions import DatabaseMustBeReachable
from tests.frame.clones import Clone


def answer() -> int:
    with service_transaction() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


class TestServiceTransaction:
    def test_that_lost_its_connection_says_so_and_the_next_one_gets_a_new_one(
        self, committed_database: Clone
    ) -> None:
        with pytest.raises(DatabaseMustBeReachable) as refusal, service_transaction() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert refusal.value.status == 503
        assert answer() == 1

    def test_that_took_too_long_says_that(self, committed_database: Clone) -> None:
        with pytest.raises(OperationalError, match="statement timeout"), service_transaction() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(1)")
        assert answer() == 1
