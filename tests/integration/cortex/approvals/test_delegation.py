# SPDX-License-Identifier: Apache-2.0
"""A colleague decides in another's stead, by the other's right and never by the proposer's."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from cortex.approvals.approve import approve
from cortex.approvals.approver import may_decide
from cortex.approvals.delegate import delegate
from cortex.approvals.end_delegation import end_delegation
from cortex.approvals.errors import (
    DecisionMustBeAPersons,
    DelegateMustBeAbleToDecide,
    DelegateMustBeAColleague,
    DelegationMustEnd,
    DelegationMustExist,
    SecondPersonMustDecide,
)
from cortex.approvals.models import Delegation
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.people import CONSOLE, just_signed_in, let_in
from tests.integration.cortex.approvals.office import Office


def given(office: Office, giver: str, taker: str, *, days: int = 2, after_days: int = 0) -> Delegation:
    starts_at = get(Clock).now() + timedelta(days=after_days)
    with office.entered():
        return delegate(
            company_id=office.company_id,
            delegated_by=office.who(giver),
            to_user_id=office.people[taker].id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=days),
        )


CLERKS_APPROVE_NOTHING = """
@id("house.clerks_approve_nothing")
@title("Clerks approve nothing, in nobody's stead either")
forbid (
  principal in Cortex::Role::"clerk",
  action == Cortex::Action::"approvals.proposal.approve",
  resource is Cortex::Proposal
);
"""
CLERKS_CONFIRM = (
    CLERKS_APPROVE_NOTHING.replace("nothing", "confirmed")
    .replace(");\n", ")\nunless { context.is_fresh };\n")
    .replace("forbid", '@requires("step_up")\nforbid', 1)
)


def decided_under(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = PolicyEngine(packaged_text() + text, version=1)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)


class TestForbid:
    """Another's right lends what no policy permits; what one forbids stays forbidden."""

    def test_of_the_delegate_wins_over_the_right_of_who_is_away(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.limit("controller", 0)
        given(office, "carol", "clara")
        proposal = office.propose(by="alice")
        decided_under(CLERKS_APPROVE_NOTHING, monkeypatch)
        with office.entered():
            assert not may_decide(proposal=office.look(proposal), principal=office.who("clara"))
        with pytest.raises(AccessMustBeGranted, match="clerks approve nothing"):
            office.approve(proposal, by="clara")
        assert (office.entries(), office.look(proposal).state) == (0, "waiting")

    def test_that_a_credential_lifts_still_shows_the_proposal(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.limit("controller", 0)
        given(office, "carol", "clara")
        proposal = office.propose(by="alice")
        decided_under(CLERKS_CONFIRM, monkeypatch)
        wanted = {"company_id": office.company_id, "proposal_id": proposal.id, "digest": proposal.digest}
        long_ago = Principal.person(office.people["clara"].id)
        with office.entered():
            assert may_decide(proposal=office.look(proposal), principal=long_ago)
            with pytest.raises(AccessMustBeGranted):
                approve(**wanted, approved_by=long_ago)
            fresh = just_signed_in(office.people["clara"])
            approved = approve(**wanted, approved_by=fresh)
        assert (approved.failure, office.entries()) == (None, 1)


class TestDelegate:
    @pytest.mark.parametrize("role", ["viewer", "auditor"])
    def test_is_somebody_who_may_do_more_than_look(self, office: Office, role: str) -> None:
        let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=[role])
        with pytest.raises(DelegateMustBeAbleToDecide):
            given(office, "alice", "clara")
        assert office.count("approvals_delegation") == 0

    def test_who_may_only_look_since_then_decides_nothing(self, office: Office) -> None:
        office.limit("controller", 0)
        given(office, "carol", "clara")
        proposal = office.propose(by="alice")
        let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=["auditor"])
        with office.entered():
            assert not may_decide(proposal=office.look(proposal), principal=office.who("clara"))
        with pytest.raises(AccessMustBeGranted):
            office.approve(proposal, by="clara")
        assert (office.entries(), office.look(proposal).state) == (0, "waiting")

    def test_approves_by_the_right_of_who_is_away(self, office: Office) -> None:
        office.limit("controller", 0)
        given(office, "carol", "clara")
        proposal = office.propose(by="alice")
        assert office.approve(proposal, by="clara").failure is None
        found = office.look(proposal)
        assert (found.decided_by, found.decided_for_user_id) == (
            office.who("clara").urn,
            office.people["carol"].id,
        )
        assert office.entries() == 1

    def test_of_the_proposer_gains_nothing(self, office: Office) -> None:
        office.limit("controller", 0)
        given(office, "alice", "clara")
        proposal = office.propose(by="alice")
        with pytest.raises(AccessMustBeGranted):
            office.approve(proposal, by="clara")
        assert (office.entries(), office.look(proposal).state) == (0, "waiting")

    def test_who_proposed_it_does_not_decide_as_anothers(self, office: Office) -> None:
        given(office, "alice", "clara")
        proposal = office.propose(by="clara")
        with pytest.raises(SecondPersonMustDecide):
            office.approve(proposal, by="clara")
        assert office.entries() == 0

    @pytest.mark.parametrize("end", ["not begun", "ended", "giver off", "giver no longer controller"])
    def test_decides_only_while_it_lasts(self, office: Office, end: str) -> None:
        office.limit("controller", 0)
        delegation = given(office, "carol", "clara", after_days=1 if end == "not begun" else 0)
        proposal = office.propose(by="alice")
        if end == "ended":
            with office.entered():
                end_delegation(
                    company_id=office.company_id, delegation_id=delegation.id, ended_by=office.who("carol")
                )
        if end == "giver off":
            User.objects.filter(username="carol").update(is_active=False)
        if end == "giver no longer controller":
            let_in(company_id=office.company_id, user_id=office.people["carol"].id, roles=["viewer"])
        with pytest.raises(AccessMustBeGranted):
            office.approve(proposal, by="clara")
        assert office.entries() == 0

    def test_passes_the_right_on_to_nobody(self, office: Office) -> None:
        office.limit("controller", 0)
        given(office, "carol", "clara")
        with pytest.raises(AccessMustBeGranted):
            given(office, "clara", "bob")
        assert office.count("approvals_delegation") == 1

    def test_is_a_colleague_for_a_quarter_at_most(self, office: Office) -> None:
        for taker in ("charlie", "alice"):
            with pytest.raises(DelegateMustBeAColleague):
                given(office, "alice", taker)
        with pytest.raises(DelegationMustEnd):
            given(office, "alice", "clara", days=93)
        assert (office.count("approvals_delegation"), office.leaves("approvals.delegation.change")) == (0, [])

    def test_is_given_by_people_alone(self, office: Office) -> None:
        starts_at = get(Clock).now()
        with office.entered(), pytest.raises(DecisionMustBeAPersons):
            delegate(
                company_id=office.company_id,
                delegated_by=CONSOLE,
                to_user_id=office.people["clara"].id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(days=2),
            )
        assert office.count("approvals_delegation") == 0

    def test_is_dismissed_by_the_giver_alone(self, office: Office) -> None:
        delegation = given(office, "alice", "clara")
        with office.entered(), pytest.raises(DelegationMustExist):
            end_delegation(
                company_id=office.company_id, delegation_id=delegation.id, ended_by=office.who("carol")
            )

    def test_of_oneself_is_refused_by_the_table_too(self, office: Office) -> None:
        given(office, "alice", "clara")
        with office.entered(), pytest.raises(DatabaseError, match="delegation_to_another"):
            _delegate_to_oneself()


@transactional
def _delegate_to_oneself() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO approvals_delegation SELECT gen_random_uuid(), company_id, from_user_id,"
            " from_user_id, starts_at, ends_at, created_at FROM approvals_delegation"
        )
