# SPDX-License-Identifier: Apache-2.0
"""Where a company requires a second person, periods are reopened and rules are changed by two."""

import pytest
from django.test import Client

from apps.accounting.selectors.periods import get_period
from apps.accounting.services.close_period import close_period
from apps.accounting.services.open_or_propose_period import open_or_propose_period
from apps.accounting.services.open_period import open_period
from apps.accounting.services.reverse_or_propose import reverse_or_propose
from cortex.approvals.change_or_propose_rules import limit_or_propose, second_person_or_propose
from cortex.approvals.errors import SecondPersonMustDecide
from cortex.approvals.limits import Rules, rules_of
from cortex.approvals.require_second_person import require_second_person
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import ApprovalMustComeFirst
from tests.factories.books import CONSOLE
from tests.factories.people import let_in
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.office import Office, above

PERIOD = "2026-03"


@pytest.fixture
def strict(office: Office) -> Office:
    """Return the office with the switch on and March closed."""
    with office.entered():
        require_second_person(company_id=office.company_id, is_required=True, set_by=CONSOLE)
        close_period(company_id=office.company_id, period_code=PERIOD, closed_by=CONSOLE)
    return office


def state(office: Office) -> str:
    with office.entered():
        return get_period(company_id=office.company_id, code=PERIOD).state


def rules(office: Office) -> Rules:
    return rules_of(company_id=office.company_id)


class TestReopening:
    def test_waits_for_a_second_controller(self, strict: Office) -> None:
        with strict.entered():
            proposal = open_or_propose_period(
                company_id=strict.company_id, period_code=PERIOD, opened_by=strict.who("alice"), reason="Bank"
            )
        assert isinstance(proposal, ProposalRef)
        assert strict.look(proposal).summary[-1] == "Reason: Bank"
        with pytest.raises(SecondPersonMustDecide):
            strict.approve(proposal, by="alice")
        assert state(strict) == "closed"
        assert strict.approve(proposal, by="carol").failure is None
        assert state(strict) == "open"
        leaf = strict.leaves("accounting.fiscal_period.open")[-1]
        assert leaf["actor"] == strict.who("alice").urn
        assert leaf["approval"] == {"proposal": str(proposal.id), "given_by": strict.who("carol").urn}

    def test_is_refused_to_a_caller_that_does_not_propose(self, strict: Office) -> None:
        with strict.entered(), pytest.raises(ApprovalMustComeFirst):
            open_period(company_id=strict.company_id, period_code=PERIOD, opened_by=strict.who("alice"))
        assert state(strict) == "closed"

    def test_is_proposed_by_whoever_asks_at_a_door(self, strict: Office) -> None:
        client = Client()
        sign_in(client, strict.people["alice"])
        address = f"/api/v1/companies/DEMO/periods/{PERIOD}:open"
        answer = client.post(address, {"reason": "Bank"}, content_type="application/json")
        assert (answer.status_code, state(strict)) == (202, "closed")
        page = client.post(
            f"/books/DEMO/periods/{PERIOD}/", {"wanted": "open", "reason": "Bank", "is_confirmed": "on"}
        )
        assert (page.status_code, state(strict)) == (303, "closed")

    def test_of_a_company_without_the_switch_needs_one_person(self, office: Office) -> None:
        with office.entered():
            close_period(company_id=office.company_id, period_code=PERIOD, closed_by=CONSOLE)
            open_or_propose_period(
                company_id=office.company_id, period_code=PERIOD, opened_by=office.who("alice")
            )
        assert state(office) == "open"


class TestRules:
    def test_are_loosened_by_two(self, strict: Office) -> None:
        with strict.entered():
            proposal = limit_or_propose(
                company_id=strict.company_id,
                role="clerk",
                entry_limit_minor=None,
                set_by=strict.who("alice"),
            )
        assert isinstance(proposal, ProposalRef)
        assert rules(strict).by_role == {"clerk": 100_00}
        assert strict.approve(proposal, by="carol").failure is None
        assert rules(strict).by_role == {}

    def test_are_switched_off_by_two(self, strict: Office) -> None:
        with strict.entered():
            proposal = second_person_or_propose(
                company_id=strict.company_id, is_required=False, set_by=strict.who("alice")
            )
        assert proposal is not None
        assert rules(strict).requires_second_person
        assert strict.approve(proposal, by="carol").failure is None
        assert not rules(strict).requires_second_person


class TestReversal:
    def test_above_the_limit_waits_too(self, office: Office) -> None:
        office.approve(office.propose(draft=above(reference="R-1")))
        let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=["accountant"])
        office.limit("accountant", 100_00)
        with office.entered():
            posted = office.look_up("R-1")
            proposal = reverse_or_propose(
                company_id=office.company_id,
                entry_id=posted,
                reversed_by=office.who("clara"),
                is_cancellation=True,
            )
        assert isinstance(proposal, ProposalRef)
        found = office.look(proposal)
        assert (found.kind, found.object_id, found.amount_minor) == (
            "accounting.journal_entry.reverse",
            posted,
            250_00,
        )
        assert office.approve(proposal).failure is None
        assert office.entries() == 2
