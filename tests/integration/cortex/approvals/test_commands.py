# SPDX-License-Identifier: Apache-2.0
"""The console lists and decides for a person, and sets limits."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.accounting.domain.errors import PeriodMustBeOpen
from apps.accounting.services.close_period import close_period
from cortex.approvals.errors import DecisionMustBeAPersons, SecondPersonMustDecide
from cortex.approvals.limits import rules_of
from tests.factories.books import CONSOLE
from tests.integration.cortex.approvals.office import Office


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, "--company", "DEMO", *arguments, stdout=out)
    return out.getvalue()


class TestApprovals:
    def test_are_listed_shown_and_approved(self, office: Office) -> None:
        proposal = office.propose()
        assert str(proposal.id) in said("approvals", "list")
        shown = said("approvals", "show", str(proposal.id))
        assert "Income:Sales -250.00 EUR" in shown
        digest = shown.splitlines()[-1].removeprefix("digest ")
        decided = said("approvals", "--as", "alice", "approve", str(proposal.id), "--digest", digest)
        assert "approved" in decided
        assert office.entries() == 1

    def test_are_rejected_with_a_reason(self, office: Office) -> None:
        proposal = office.propose()
        arguments = ("reject", str(proposal.id), "--digest", proposal.digest, "--reason", "No")
        assert "rejected" in said("approvals", "--as", "alice", *arguments)
        assert office.entries() == 0

    def test_are_not_decided_by_the_machine_or_the_proposer(self, office: Office) -> None:
        proposal = office.propose()
        arguments = ("approve", str(proposal.id), "--digest", proposal.digest)
        with pytest.raises(DecisionMustBeAPersons):
            said("approvals", *arguments)
        with pytest.raises(SecondPersonMustDecide):
            said("approvals", "--as", "clara", *arguments)
        assert office.entries() == 0

    def test_that_the_books_refuse_end_with_the_refusal_and_keep_it(self, office: Office) -> None:
        proposal = office.propose()
        with office.entered():
            close_period(company_id=office.company_id, period_code="2026-03", closed_by=CONSOLE)
        with pytest.raises(PeriodMustBeOpen):
            said("approvals", "--as", "alice", "approve", str(proposal.id), "--digest", proposal.digest)
        assert office.look(proposal).failure is not None


class TestSetLimit:
    def test_sets_and_takes_away(self, office: Office) -> None:
        said("set_limit", "--role", "accountant", "--amount-minor", "5000")
        said("set_limit", "--user", "clara", "--amount-minor", "700")
        said("set_limit", "--role", "clerk")
        rules = rules_of(company_id=office.company_id)
        assert rules.by_role == {"accountant": 5_000}
        assert rules.by_member == {office.people["clara"].id: 700}
        assert len(office.leaves("approvals.limit.change")) == 4

    def test_requires_a_second_person(self, office: Office) -> None:
        said("set_limit", "--second-person", "required")
        assert rules_of(company_id=office.company_id).requires_second_person
