# SPDX-License-Identifier: Apache-2.0
"""The one place that opens transactions: what joins, what is tried again, whose rows are seen meanwhile."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection

from cortex.database.transactions import (
    ATTEMPTS_MAX,
    DatabaseMustBeReachable,
    TryAgain,
    attempt,
    in_transaction,
    rehearse,
    transactional,
    write_before_commit,
)
from cortex.errors import CortexError
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope, scoped_companies
from tests.factories.people import create_company
from tests.frame.census import census
from tests.frame.clones import Clone


@transactional
def visible() -> list[str]:
    return list(Company.objects.values_list("code", flat=True))


@pytest.fixture
def companies(committed_database: Clone) -> tuple[Company, Company]:
    return create_company(code="ACME", name="Acme"), create_company(code="RIVAL", name="Rival")


class TestScope:
    def test_shows_only_what_is_bound_and_nothing_outside(self, companies: tuple[Company, Company]) -> None:
        acme, rival = companies
        assert visible() == []
        with scope([acme.id]):
            assert scoped_companies() == (acme.id,)
            assert visible() == ["ACME"]
            with scope([rival.id]):
                assert visible() == ["RIVAL"]
            assert visible() == ["ACME"]
        assert scoped_companies() == ()
        assert visible() == []

    def test_is_given_back_to_the_outer_work(self, companies: tuple[Company, Company]) -> None:
        acme, rival = companies

        @transactional
        def outer() -> list[list[str]]:
            with scope([rival.id]):
                inner = visible()
            return [inner, visible()]

        with scope([acme.id]):
            assert outer() == [["RIVAL"], ["ACME"]]

    def test_is_given_back_after_a_refusal_that_the_outer_work_survives(
        self, companies: tuple[Company, Company]
    ) -> None:
        acme, rival = companies

        @transactional
        def refuse() -> None:
            assert visible() == ["RIVAL"]
            raise CortexError("Refused.")

        @transactional
        def outer() -> list[str]:
            with scope([rival.id]), pytest.raises(CortexError):
                refuse()
            with connection.cursor() as cursor:
                cursor.execute("SELECT code FROM tenancy_company")
                return [code for (code,) in cursor.fetchall()]

        with scope([acme.id]):
            assert outer() == ["ACME"]


class TestTransaction:
    def test_is_one_for_all_that_join(self, companies: tuple[Company, Company]) -> None:
        @transactional
        def outer() -> tuple[int, int]:
            return xid(), xid()

        @transactional
        def xid() -> int:
            assert in_transaction()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text")
                return int(cursor.fetchone()[0])

        first, second = outer()
        assert first == second
        assert xid() > first
        assert not in_transaction()

    def test_takes_everything_back_when_the_outermost_fails(
        self, companies: tuple[Company, Company], committed_database: Clone
    ) -> None:
        before = census(committed_database.admin_dsn)

        @transactional
        def outer() -> None:
            create_company(code="THIRD", name="Third")
            raise CortexError("Refused.")

        with pytest.raises(CortexError, match=r"Refused\."):
            outer()
        assert census(committed_database.admin_dsn) == before

    def test_is_tried_again_after_a_lost_race_and_gives_up_in_the_end(
        self, companies: tuple[Company, Company]
    ) -> None:
        tries: list[int] = []

        @transactional
        def lose(times: int) -> str:
            tries.append(times)
            if len(tries) <= times:
                raise TryAgain
            return "won"

        assert lose(3) == "won"
        assert len(tries) == 4
        tries.clear()
        with pytest.raises(TryAgain):
            lose(100)
        assert len(tries) == ATTEMPTS_MAX

    @pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
    def test_is_tried_again_when_the_server_asks_for_it(
        self, companies: tuple[Company, Company], sqlstate: str
    ) -> None:
        tries: list[str] = []

        @transactional
        def verb() -> str:
            tries.append(sqlstate)
            if len(tries) == 1:
                with connection.cursor() as cursor:
                    cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$")
            return "done"

        assert verb() == "done"
        assert len(tries) == 2

    def test_is_not_tried_again_for_what_would_fail_again(self, companies: tuple[Company, Company]) -> None:
        tries: list[int] = []

        @transactional
        def verb() -> None:
            tries.append(1)
            Company.objects.create(code="OTHER", name="Outside the scope")

        with scope([companies[0].id]), pytest.raises(DatabaseError, match="row-level security"):
            verb()
        assert len(tries) == 1

    def test_that_lost_its_connection_says_so_and_the_next_one_gets_a_new_one(
        self, companies: tuple[Company, Company]
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]

        @transactional
        def end_this_session() -> None:
            with connection.cursor() as own:
                own.execute("SELECT pg_terminate_backend(%s)", [pid])

        with pytest.raises(DatabaseMustBeReachable) as refusal:
            end_this_session()
        assert refusal.value.status == 503
        assert refusal.value.evidence["remedy"] == "try again under the same reference or idempotency key"
        assert visible() == []


class TestRehearsal:
    def test_returns_what_the_work_returned_and_undoes_it(
        self, companies: tuple[Company, Company], committed_database: Clone
    ) -> None:
        before = census(committed_database.admin_dsn)
        assert rehearse(lambda: create_company(code="THIRD", name="Third").code) == "THIRD"
        assert census(committed_database.admin_dsn) == before

    def test_takes_back_its_own_part_only(
        self, companies: tuple[Company, Company], committed_database: Clone
    ) -> None:
        @transactional
        def outer() -> None:
            create_company(code="KEPT", name="Kept")
            rehearse(lambda: create_company(code="THIRD", name="Third"))

        outer()
        assert census(committed_database.admin_dsn)["tenancy_company"] == 3


class TestAttempt:
    def test_owes_nothing_of_what_was_undone(self, committed_database: Clone) -> None:
        written: list[str] = []

        def fail() -> None:
            write_before_commit("undone", writer=written.extend)
            raise LookupError

        @transactional
        def outer() -> None:
            write_before_commit("before", writer=written.extend)
            with suppress(LookupError):
                attempt(fail)
            attempt(lambda: write_before_commit("after", writer=written.extend))

        outer()
        assert written == ["before", "after"]
