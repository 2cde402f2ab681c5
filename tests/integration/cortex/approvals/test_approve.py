# SPDX-License-Identifier: Apache-2.0
"""Whoever enters above a limit waits for a second person, who sees what is posted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from apps.accounting.domain.errors import EntryMustBalance
from apps.accounting.services.close_period import close_period
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from cortex.approvals.approve import approve
from cortex.approvals.errors import (
    DecisionMustBeAPersons,
    ProposalMustBeIntact,
    ProposalMustBeTheOneSeen,
    ProposalMustBeWaiting,
    ProposalMustExist,
    SecondPersonMustDecide,
)
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.approvals.withdraw import withdraw
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.models import Program
from tests.factories.books import BANK, SALES, EntryDraftFactory, open_books
from tests.factories.people import CONSOLE, create_user, let_in, service_client
from tests.frame.threads import outcome, together
from tests.integration.cortex.approvals.office import LIMIT_MINOR, Office, above


class TestPropose:
    def test_posts_at_once_up_to_the_limit(self, office: Office) -> None:
        with office.entered():
            posted = post_or_propose_entries(
                company_id=office.company_id, drafts=[above(LIMIT_MINOR)], posted_by=office.who("clara")
            )
        assert isinstance(posted, list)
        assert (office.entries(), office.count("approvals_proposal")) == (1, 0)

    def test_lets_an_entry_above_the_limit_wait(self, office: Office) -> None:
        proposal = office.look(office.propose())
        assert office.entries() == 0
        assert (proposal.state, proposal.amount_minor, proposal.currency) == ("waiting", 250_00, "EUR")
        assert proposal.title == "2026-03-15 Sale over the counter"
        assert proposal.summary == [f"{BANK} 250.00 EUR", f"{SALES} -250.00 EUR"]
        assert proposal.proposed_by == office.who("clara").urn
        assert [leaf["digest"] for leaf in office.leaves("approvals.proposal.propose")] == [proposal.digest]

    def test_takes_several_entries_as_one(self, office: Office) -> None:
        with office.entered():
            post_or_propose_entries(
                company_id=office.company_id,
                drafts=[EntryDraftFactory(), above()],
                posted_by=office.who("clara"),
            )
        assert (office.entries(), office.count("approvals_proposal")) == (0, 1)

    def test_does_not_take_what_the_books_would_refuse(self, office: Office) -> None:
        draft = EntryDraftFactory(amounts={BANK: 250_00, SALES: -249_00})
        with pytest.raises(EntryMustBalance):
            office.propose(draft=draft)
        assert (office.entries(), office.count("approvals_proposal")) == (0, 0)

    def test_asks_nobody_about_an_entry_that_was_posted_before(self, office: Office) -> None:
        draft = above(reference="INV-1")
        office.approve(office.propose(draft=draft))
        with office.entered():
            again = post_or_propose_entries(
                company_id=office.company_id, drafts=[draft], posted_by=office.who("clara")
            )
        assert isinstance(again, list)
        assert not again[0].was_posted
        assert (office.entries(), office.count("approvals_proposal")) == (1, 1)


class TestApprove:
    def test_posts_in_the_proposers_name_and_says_who_agreed(self, office: Office) -> None:
        proposal = office.propose()
        approval = office.approve(proposal)
        assert approval.failure is None
        decided = office.look(proposal)
        assert (decided.state, decided.decided_by) == ("approved", office.who("alice").urn)
        (leaf,) = office.leaves("accounting.journal_entry.post")
        assert leaf["actor"] == office.who("clara").urn
        assert leaf["approval"] == {"proposal": str(proposal.id), "given_by": office.who("alice").urn}
        assert leaf["object"] == {"type": "accounting.journal_entry", "id": str(decided.result_id)}
        (approved,) = office.leaves("approvals.proposal.approve")
        assert (approved["actor"], approved["digest"]) == (office.who("alice").urn, proposal.digest)
        assert "approval" not in approved

    def test_is_refused_to_the_proposer_even_as_controller(self, office: Office) -> None:
        office.limit("controller", LIMIT_MINOR)
        proposal = office.propose(by="alice")
        with pytest.raises(SecondPersonMustDecide):
            office.approve(proposal, by="alice")
        assert (office.entries(), office.look(proposal).state) == (0, "waiting")

    def test_is_refused_to_a_proposer_who_got_a_second_role(self, office: Office) -> None:
        proposal = office.propose(by="clara")
        let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=["clerk", "controller"])
        with pytest.raises(SecondPersonMustDecide):
            office.approve(proposal, by="clara")
        assert office.entries() == 0

    @pytest.mark.parametrize("name", ["bob", "charlie"])
    def test_is_refused_to_whoever_may_not(self, office: Office, name: str) -> None:
        proposal = office.propose()
        with pytest.raises(AccessMustBeGranted):
            office.approve(proposal, by=name)
        assert (office.entries(), office.look(proposal).state) == (0, "waiting")

    def test_is_refused_to_programs(self, office: Office) -> None:
        proposal = office.propose()
        machine = replace(
            office.who("alice"), kind="client", id="robot", scopes=frozenset({"approvals:write"})
        )
        for principal in (machine, Principal.service("console")):
            with office.entered(), pytest.raises(DecisionMustBeAPersons):
                approve(
                    company_id=office.company_id,
                    proposal_id=proposal.id,
                    digest=proposal.digest,
                    approved_by=principal,
                )
        assert office.entries() == 0

    def test_is_refused_for_another_digest_than_the_one_seen(self, office: Office) -> None:
        proposal = office.propose()
        other = office.propose(draft=above(999_00))
        with pytest.raises(ProposalMustBeTheOneSeen):
            office.approve(proposal, digest=other.digest)
        assert office.entries() == 0

    def test_is_refused_after_its_time(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        proposal = office.propose()
        later = get(Clock).now() + timedelta(days=14)
        monkeypatch.setattr(type(get(Clock)), "now", lambda _self: later)
        with pytest.raises(ProposalMustBeWaiting):
            office.approve(proposal)
        assert office.entries() == 0

    def test_is_final(self, office: Office) -> None:
        proposal = office.propose()
        office.approve(proposal)
        with pytest.raises(ProposalMustBeWaiting):
            office.approve(proposal, by="carol")
        with office.entered(), pytest.raises(ProposalMustBeWaiting):
            withdraw(company_id=office.company_id, proposal_id=proposal.id, withdrawn_by=office.who("clara"))
        assert office.entries() == 1

    def test_cannot_reach_another_company(self, office: Office) -> None:
        proposal = office.propose()
        other = open_books(code="OTHER")
        let_in(company_id=other.company_id, user_id=office.people["alice"].id, roles=["controller"])
        with other.entered(), pytest.raises(ProposalMustExist):
            approve(
                company_id=other.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                approved_by=office.who("alice"),
            )
        with other.entered():
            assert _seen() == 0
        assert office.entries() == 0


class TestMeanwhile:
    def test_the_period_was_closed_the_proposal_waits_on_with_the_reason(self, office: Office) -> None:
        proposal = office.propose()
        with office.entered():
            close_period(company_id=office.company_id, period_code="2026-03", closed_by=office.who("alice"))
        approval = office.approve(proposal)
        assert approval.failure is not None
        found = office.look(proposal)
        assert (found.state, found.failure["code"]) == ("waiting", "accounting.period_must_be_open")
        assert (office.entries(), office.leaves("approvals.proposal.approve")) == (0, [])

    def test_the_proposer_was_switched_off(self, office: Office) -> None:
        proposal = office.propose()
        User.objects.filter(username="clara").update(is_active=False)
        office.approve(proposal)
        found = office.look(proposal)
        assert (found.state, found.failure["code"]) == ("waiting", "approvals.proposer_must_be_active")
        assert office.entries() == 0

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ("switched off", "approvals.proposer_must_be_active"),
            ("narrowed", "policy.access_must_be_granted"),
        ],
    )
    def test_the_program_that_proposed_lost_its_terms(self, office: Office, change: str, code: str) -> None:
        robot = create_user(username="robot", kind=User.Kind.SERVICE)
        let_in(company_id=office.company_id, user_id=robot.id, roles=["clerk"])
        service_client(robot)
        scopes = frozenset({"accounting:write", "approvals:write"})
        proposal = office.propose(by=Principal(kind="client", id="robot", user_id=robot.id, scopes=scopes))
        if change == "switched off":
            switch_client(client_id="robot", is_enabled=False, switched_by=CONSOLE)
        else:
            Program.objects.filter(application__client_id="robot").update(allowed_scopes=["jobs:read"])
        office.approve(proposal)
        found = office.look(proposal)
        assert (found.state, found.failure["code"]) == ("waiting", code)
        assert office.entries() == 0

    def test_the_proposer_lost_the_right(self, office: Office) -> None:
        proposal = office.propose()
        let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=["viewer"])
        office.approve(proposal)
        found = office.look(proposal)
        assert (found.state, found.failure["code"]) == ("waiting", "policy.access_must_be_granted")
        assert office.entries() == 0

    @pytest.mark.parametrize("limit_minor", [None, 0, 1_000_00])
    def test_the_limit_was_changed_and_the_consent_counts(
        self, office: Office, limit_minor: int | None
    ) -> None:
        proposal = office.propose()
        office.limit("clerk", limit_minor)
        assert office.approve(proposal).failure is None
        assert office.entries() == 1


class TestReject:
    def test_ends_the_proposal_with_a_reason(self, office: Office) -> None:
        proposal = office.propose()
        with office.entered():
            reject(
                company_id=office.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                rejected_by=office.who("alice"),
                reason="Wrong account",
            )
        found = office.look(proposal)
        assert (found.state, found.reason, office.entries()) == ("rejected", "Wrong account", 0)
        assert len(office.leaves("approvals.proposal.reject")) == 1

    def test_is_refused_to_the_proposer(self, office: Office) -> None:
        office.limit("controller", LIMIT_MINOR)
        proposal = office.propose(by="alice")
        with office.entered(), pytest.raises(SecondPersonMustDecide):
            reject(
                company_id=office.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                rejected_by=office.who("alice"),
                reason="No",
            )
        assert office.look(proposal).state == "waiting"


class TestDatabase:
    def test_refuses_a_decision_by_the_proposer(self, office: Office) -> None:
        proposal = office.look(office.propose())
        proposal.state, proposal.decided_at = Proposal.State.REJECTED, get(Clock).now()
        proposal.decided_by, proposal.decided_by_user_id = "user:somebody", proposal.proposer_user_id
        with office.entered(), pytest.raises(DatabaseError, match="proposal_second_person"):
            _save(proposal)

    def test_refuses_a_change_of_what_is_asked_for(self, office: Office) -> None:
        proposal = office.propose()
        with office.entered(), pytest.raises(DatabaseError, match="permission denied"):
            _execute("UPDATE approvals_proposal SET content = '{}' WHERE id = %s", proposal.id)

    def test_refuses_a_second_decision(self, office: Office) -> None:
        proposal = office.propose()
        office.approve(proposal)
        with office.entered(), pytest.raises(DatabaseError, match="was approved before"):
            _execute("UPDATE approvals_proposal SET reason = 'x' WHERE id = %s", proposal.id)


class TestTampering:
    def test_with_the_content_is_noticed_and_nothing_is_posted(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proposal = office.propose()
        changed = office.look(proposal)
        changed.content = {**changed.content, "journal": "OTHER"}
        monkeypatch.setattr("cortex.approvals.approve.locked_proposal", lambda **_given: changed)
        with pytest.raises(ProposalMustBeIntact):
            office.approve(proposal)
        assert office.entries() == 0


class TestRace:
    def test_of_eight_approvers_posts_once(self, real_office: Office) -> None:
        office = real_office
        proposal = office.propose()
        names = ["alice", "carol"] * 4
        works = [
            outcome(lambda name=name: office.approve(proposal, by=name), ProposalMustBeWaiting)  # type: ignore[misc]
            for name in names
        ]
        results = together(works)
        assert sum(isinstance(result, ProposalMustBeWaiting) for result in results) == 7
        assert office.entries() == 1
        assert len(office.leaves("approvals.proposal.approve")) == 1


def test_days_of_the_draft_survive_the_wait(office: Office) -> None:
    proposal = office.propose(draft=above(accounting_date=date(2026, 5, 31), reference="R-1"))
    assert office.approve(proposal).failure is None
    with office.entered():
        assert _rows("SELECT accounting_date, reference FROM accounting_journal_entry") == [
            (date(2026, 5, 31), "R-1")
        ]


def test_two_offices_do_not_see_each_other(office: Office) -> None:
    office.propose()
    with open_office_of_others().entered():
        assert _seen() == 0


def open_office_of_others() -> Office:
    return Office(books=open_books(code="OTHER"), people={})


@transactional
def _save(proposal: Proposal) -> None:
    proposal.save(update_fields=["state", "decided_at", "decided_by", "decided_by_user_id"])


@transactional
def _execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@transactional
def _rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@transactional
def _seen() -> int:
    return Proposal.objects.count()
