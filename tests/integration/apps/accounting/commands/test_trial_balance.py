# SPDX-License-Identifier: Apache-2.0
"""`trial_balance`: the report on standard output, and nothing else."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cortex.identity.users import UserMustExist
from cortex.policy.access import AccessMustBeGranted
from cortex.tenancy.companies import CompanyMustExist
from tests.factories.books import BANK, SALES, EntryDraftFactory
from tests.factories.people import person
from tests.integration.apps.accounting.api.desk import Desk


def printed(*arguments: str) -> str:
    output = StringIO()
    call_command("trial_balance", "--company", "DEMO", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def moved(desk: Desk) -> Desk:
    """Return the desk after one sale on 15 March."""
    desk.books.post(EntryDraftFactory())
    return desk


class TestTrialBalance:
    def test_prints_csv(self, moved: Desk) -> None:
        assert printed("--format", "csv").splitlines() == [
            "account,debit_total,credit_total,balance",
            f"{BANK},12.34,0.00,12.34",
            f"{SALES},0.00,12.34,-12.34",
        ]

    def test_prints_json(self, moved: Desk) -> None:
        rows: list[dict[str, Any]] = json.loads(printed("--format", "json"))
        assert rows[0] == {
            "account": BANK,
            "debit_total": "12.34",
            "credit_total": "0.00",
            "balance": "12.34",
        }

    def test_prints_a_table_with_totals(self, moved: Desk) -> None:
        lines = printed().splitlines()
        assert lines[0].split() == ["account", "debit_total", "credit_total", "balance"]
        assert lines[-1].split() == ["Total", "12.34", "12.34", "0.00"]
        assert len({len(line) for line in lines}) == 1

    def test_keeps_to_the_days(self, moved: Desk) -> None:
        header = "account,debit_total,credit_total,balance"
        assert printed("--format", "csv", "--as-of", "2026-03-14").splitlines() == [header]
        assert printed("--format", "csv", "--from", "2026-03-16").splitlines() == [header]
        assert (
            len(printed("--format", "csv", "--from", "2026-03-15", "--as-of", "2026-03-15").splitlines()) == 3
        )

    def test_refuses_a_day_that_is_none(self, moved: Desk) -> None:
        with pytest.raises(CommandError, match="expected a day such as 2015-12-31, got 'March'"):
            printed("--as-of", "March")

    def test_is_for_those_who_may_read(self, moved: Desk) -> None:
        assert printed("--as", "bob") == printed()
        with pytest.raises(CompanyMustExist):
            printed("--as", "charlie")
        with pytest.raises(UserMustExist):
            printed("--as", "dora")


class TestPeriodCommands:
    def test_close_open_and_lock(self, desk: Desk) -> None:
        def change(command: str, *arguments: str) -> str:
            output = StringIO()
            call_command(command, "--company", "DEMO", "--period", "2026-03", *arguments, stdout=output)
            return output.getvalue()

        assert change("close_period", "--soft", "--reason", "review") == "2026-03 soft_closed\n"
        assert change("open_period", "--as", "alice") == "2026-03 open\n"
        assert change("close_period") == "2026-03 closed\n"
        with pytest.raises(AccessMustBeGranted):
            change("lock_period", "--as", "bob")
        assert change("lock_period") == "2026-03 locked\n"

    def test_need_a_person_who_exists(self, desk: Desk) -> None:
        person("dora")
        with pytest.raises(CompanyMustExist):
            call_command("close_period", "--company", "DEMO", "--period", "2026-03", "--as", "dora")
