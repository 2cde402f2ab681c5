# SPDX-License-Identifier: Apache-2.0
"""`generate`: the same seed, the same books."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounting.domain.errors import CurrencyMustBeGiven
from apps.accounting.management.commands.generate import Command
from cortex.policy.access import AccessMustBeGranted
from cortex.tenancy.companies import CompanyMustExist, company_id_for

ARGUMENTS = ("--entries", "60", "--seed", "7")
CREATING = ("--create", "--currency", "EUR")


def generated(company: str, *more: str) -> str:
    output = StringIO()
    call_command("generate", "--company", company, *ARGUMENTS, *more, stdout=output)
    return output.getvalue().strip()


def trial_balance(company: str) -> str:
    output = StringIO()
    call_command("trial_balance", "--company", company, "--format", "csv", stdout=output)
    return output.getvalue()


class Terminal(StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
class TestGenerate:
    def test_opens_company_and_books_and_posts(self) -> None:
        assert generated("TRY", *CREATING) == "60 entries posted, 0 known before."
        assert "Assets:Bank:Current" in trial_balance("TRY")

    def test_adds_nothing_the_second_time(self) -> None:
        generated("TRY", *CREATING)
        before = trial_balance("TRY")
        assert generated("TRY") == "0 entries posted, 60 known before."
        assert trial_balance("TRY") == before

    def test_gives_two_companies_of_one_seed_the_same_books(self) -> None:
        generated("ONE", *CREATING)
        generated("TWO", *CREATING)
        assert trial_balance("ONE") == trial_balance("TWO")

    def test_stays_between_the_days_that_were_asked_for(self) -> None:
        generated("TRY", *CREATING, "--from", "2024-02-01", "--to", "2024-02-29")
        output = StringIO()
        call_command(
            "trial_balance", "--company", "TRY", "--from", "2024-03-01", "--format", "csv", stdout=output
        )
        assert output.getvalue().splitlines() == ["account,debit_total,credit_total,balance"]

    def test_refuses_a_company_that_is_not_there(self) -> None:
        with pytest.raises(CompanyMustExist):
            generated("NOBODY")

    def test_leaves_no_company_behind_without_a_currency(self) -> None:
        with pytest.raises(CurrencyMustBeGiven):
            generated("TRY", "--create")
        assert company_id_for(code="TRY") is None

    @pytest.mark.parametrize("wrong", [("--entries", "0"), ("--from", "2026-12-31", "--to", "2026-01-01")])
    def test_refuses_what_gives_no_entries(self, wrong: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            generated("TRY", *CREATING, *wrong)

    def test_tells_a_person_how_far_it_is_and_a_pipe_nothing(self) -> None:
        watched, piped = Terminal(), StringIO()
        for stream in (watched, piped):
            call_command(
                Command(), "--company", "TRY", *ARGUMENTS, *CREATING, stdout=StringIO(), stderr=stream
            )
        assert "60 of 60 entries" in watched.getvalue()
        assert piped.getvalue() == ""


@pytest.mark.usefixtures("demo_database")
class TestGenerateAsSomebody:
    def test_refuses_an_auditor(self) -> None:
        with pytest.raises(AccessMustBeGranted):
            generated("DEMO", "--as", "bob")
