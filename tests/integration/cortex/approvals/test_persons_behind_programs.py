# SPDX-License-Identifier: Apache-2.0
"""What a program proposed in a person's name is the person's, and is done while she lets it act."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from cortex.approvals.digest import digest_of
from cortex.approvals.errors import SecondPersonMustDecide
from cortex.approvals.inbox import proposals_by
from cortex.approvals.models import Proposal
from cortex.approvals.withdraw import withdraw
from cortex.identity.actor_names import names_of_actors
from cortex.identity.models import User
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.programs.models import Authorization
from tests.factories.people import CONSOLE, let_in
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.approvals.office import Office

SCOPES = ("accounting:read", "accounting:write", "approvals:read", "approvals:write")
LISTED = "/api/v1/companies/DEMO/approvals"


@pytest.fixture
def web(office: Office) -> Web:
    """Return a program that Clara lets act in her name."""
    web = Web(client_id="shop", scopes=SCOPES)
    let(web, office.people["clara"])
    return web


def let(web: Web, user: User, scopes: tuple[str, ...] = SCOPES) -> None:
    web.tokens_from(sign_in(Client(), user), scope=" ".join(scopes))


def through(office: Office, name: str = "clara") -> Principal:
    return Principal(
        kind="client",
        id="shop",
        user_id=office.people[name].id,
        scopes=frozenset(SCOPES),
        acts_for_person=True,
    )


def failure_of(office: Office, proposal: ProposalRef) -> str:
    """Approve what must not be done, and return why it was not."""
    assert office.approve(proposal).failure is not None
    found = office.look(proposal)
    assert (found.state, office.entries()) == ("waiting", 0)
    return str(found.failure["code"])


class TestApproved:
    def test_is_posted_in_the_name_of_the_person_and_of_the_program(self, office: Office, web: Web) -> None:
        clara = through(office)
        proposal = office.propose(by=clara)
        assert office.approve(proposal).failure is None
        urn = f"client:shop:user:{office.people['clara'].id}"
        assert (clara.urn, office.look(proposal).proposed_by) == (urn, urn)
        for verb in ("approvals.proposal.propose", "accounting.journal_entry.post"):
            (leaf,) = office.leaves(verb)
            assert leaf["actor"] == urn
        assert office.rows("SELECT posted_by FROM accounting_journal_entry") == [(urn,)]

    def test_is_not_approved_by_the_person_behind_it(self, office: Office, web: Web) -> None:
        office.limit("controller", 1)
        let(web, office.people["alice"])
        proposal = office.propose(by=through(office, "alice"))
        with pytest.raises(SecondPersonMustDecide):
            office.approve(proposal, by="alice")
        assert office.entries() == 0

    def test_is_withdrawn_by_the_person_without_the_program(self, office: Office, web: Web) -> None:
        proposal = office.propose(by=through(office))
        with office.entered():
            withdraw(company_id=office.company_id, proposal_id=proposal.id, withdrawn_by=office.who("clara"))
        assert office.look(proposal).state == "withdrawn"


class TestMeanwhile:
    def test_the_person_took_her_yes_back(self, office: Office, web: Web) -> None:
        proposal = office.propose(by=through(office))
        get(Programs).end_all_of(user_id=office.people["clara"].id, ended_by=CONSOLE)
        assert failure_of(office, proposal) == "approvals.proposers_consent_must_stand"

    def test_the_yes_of_another_is_none_of_hers(self, office: Office, web: Web) -> None:
        proposal = office.propose(by=through(office))
        get(Programs).end_all_of(user_id=office.people["clara"].id, ended_by=CONSOLE)
        let(web, office.people["carol"])
        assert failure_of(office, proposal) == "approvals.proposers_consent_must_stand"

    def test_the_yes_was_over(self, office: Office, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
        proposal = office.propose(by=through(office))
        monkeypatch.setattr("cortex.programs.families.LIFETIME", timedelta(0))
        assert failure_of(office, proposal) == "approvals.proposers_consent_must_stand"

    def test_a_yes_that_no_program_used_is_none(self, office: Office, web: Web) -> None:
        proposal = office.propose(by=through(office))
        Authorization.objects.update(code_used_at=None)
        assert failure_of(office, proposal) == "approvals.proposers_consent_must_stand"

    def test_she_lets_it_do_less(self, office: Office, web: Web) -> None:
        proposal = office.propose(by=through(office))
        Authorization.objects.update(scopes=["accounting:read"])
        assert failure_of(office, proposal) == "policy.access_must_be_granted"

    def test_she_must_have_a_second_factor_and_has_none(self, office: Office, web: Web) -> None:
        clara = office.people["clara"]
        proposal = office.propose(by=through(office))
        let_in(company_id=office.company_id, user_id=clara.id, roles=["clerk", "administrator"])
        assert failure_of(office, proposal) == "approvals.proposer_must_have_second_factor"
        with_factor(clara)
        assert office.approve(proposal).failure is None

    def test_it_was_never_written_down_for_whom_the_program_acted(
        self, office: Office, web: Web, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rows from before are intact under their old digest, and are not carried out by a guess."""
        proposal = office.propose(by=through(office))
        old = office.look(proposal)
        old.proposer_acts_for_person = None
        old.digest = digest_of(old)
        assert old.proposed_by == "client:shop"
        monkeypatch.setattr("cortex.approvals.approve.locked_proposal", lambda **_given: old)
        failure = office.approve(replace(proposal, digest=old.digest)).failure
        assert failure is not None
        assert (failure.code, office.entries()) == ("approvals.proposer_must_be_known", 0)


class TestTwoBehindOneProgram:
    def test_see_each_their_own(self, office: Office, web: Web) -> None:
        office.limit("controller", 1)
        let(web, office.people["carol"])
        own = {name: office.propose(by=through(office, name)) for name in ("clara", "carol")}
        alice = sign_in(Client(), office.people["alice"])
        for name, proposal in own.items():
            actor = through(office, name)
            with office.entered():
                seen = proposals_by(company_id=office.company_id, principal=actor)
            assert [each.id for each in seen] == [proposal.id]
            listed = alice.get(LISTED, {"proposed_by": actor.urn}).json()["items"]
            assert [each["id"] for each in listed] == [str(proposal.id)]
        for nobodys in ("client:shop", "client:shop:user:nobody", "client:other:user:nobody"):
            assert alice.get(LISTED, {"proposed_by": nobodys}).json()["items"] == []

    def test_are_named_to_whoever_reads(self, office: Office) -> None:
        urns = [through(office).urn, office.who("clara").urn, "client:shop", "service:console"]
        assert list(map(names_of_actors(urns=urns).get, urns)) == [
            "Clara through shop (client)",
            "Clara",
            "shop (client)",
            "console (service)",
        ]


def test_a_program_for_itself_is_nobodys(office: Office) -> None:
    own = Proposal(proposer_kind="client", proposer_id="robot", proposer_acts_for_person=False)
    assert own.proposed_by == "client:robot"
