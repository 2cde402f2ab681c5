# SPDX-License-Identifier: Apache-2.0
"""Parts of a transaction with a bound of time of their own."""

import pytest
from django.db import connection

from cortex.database.bounded_time import QueryMustEndInTime, within
from cortex.database.transactions import transactional

pytestmark = pytest.mark.django_db


def asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


def bound() -> str:
    return asked("SELECT current_setting('statement_timeout')")


class TestWithin:
    def test_bounds_each_statement_and_gives_the_former_bound_back(self) -> None:
        @transactional
        def work() -> tuple[str, str, str]:
            before = bound()
            return before, within(1_234, bound), bound()

        before, inside, after = work()
        assert (inside, after) == ("1234ms", before)

    def test_cancels_what_takes_longer_and_lets_the_transaction_go_on(self) -> None:
        @transactional
        def work() -> tuple[str, str, str]:
            before = bound()
            asked("SELECT set_config('app.note', 'kept', true)")
            with pytest.raises(QueryMustEndInTime, match="20 ms"):
                within(20, lambda: asked("SELECT pg_sleep(60)"))
            return before, bound(), asked("SELECT current_setting('app.note')")

        before, after, kept = work()
        assert (after, kept) == (before, "kept")

    def test_passes_on_what_else_went_wrong(self) -> None:
        with pytest.raises(ZeroDivisionError):
            within(1_000, lambda: asked("SELECT 1") and str(1 // 0))
