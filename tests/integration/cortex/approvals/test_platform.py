# SPDX-License-Identifier: Apache-2.0
"""What belongs to no company is proposed and approved by platform administrators, two of them."""

from uuid import UUID

import pytest

from cortex.approvals.approve import approve
from cortex.approvals.comment import comment
from cortex.approvals.errors import ProposalMustExist, SecondPersonMustDecide
from cortex.approvals.propose import propose
from cortex.approvals.selectors import proposal_of
from cortex.identity.models import User
from cortex.ports import approvals as port
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.authorizer import AccessMustBeGranted, consent_to
from cortex.ports.principal import Principal
from tests.factories.chain import found_at_night, tamper
from tests.factories.people import create_user, just_signed_in
from tests.frame.clones import Clone
from tests.integration.cortex.approvals.office import Office
from tests.integration.cortex.approvals.test_delegation import given as given_in_the_company

KIND, ACTION = "testing.switch.turn", "policy.version.activate"
SWITCH = UUID(int=7)


@pytest.fixture
def turned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Register a kind of the platform, and return who turned the switch by it."""
    monkeypatch.setattr(port, "_kinds", dict(port._kinds))
    done: list[str] = []

    def perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
        consent = consent_to(action=ACTION, company_id=company_id)
        assert consent is not None
        done.append(f"{proposer.id} by {consent.given_by.id}")
        return Performed("testing.switch", SWITCH)

    def describe(company_id: UUID | None, content: Content) -> Description:
        return Description(title="Turn the switch", lines=["It is off"], object_type="testing.switch")

    approval_kind(KIND, title="Turn a switch", action=ACTION, perform=perform, describe=describe)
    return done


def administrator(name: str) -> Principal:
    return just_signed_in(create_user(username=name, is_platform_administrator=True))


class TestPlatform:
    def test_is_changed_by_two_administrators(self, office: Office, turned: list[str]) -> None:
        paula, peter = administrator("paula"), administrator("peter")
        proposal = propose(kind=KIND, company_id=None, proposed_by=paula, content={"to": "on"})
        given = {"company_id": None, "proposal_id": proposal.id, "digest": proposal.digest}
        # The first one is the rehearsal, whose consent is the proposer's own.
        assert turned == [f"{paula.id} by {paula.id}"]
        with pytest.raises(SecondPersonMustDecide):
            approve(approved_by=paula, **given)  # type: ignore[arg-type]
        with pytest.raises(AccessMustBeGranted):
            approve(approved_by=office.who("alice"), **given)  # type: ignore[arg-type]
        comment(company_id=None, proposal_id=proposal.id, text="Why now?", written_by=peter)
        assert approve(approved_by=peter, **given).failure is None  # type: ignore[arg-type]
        assert turned[1:] == [f"{paula.id} by {peter.id}"]
        assert proposal_of(company_id=None, proposal_id=proposal.id, reader=None).state == "approved"

    def test_is_held_against_its_leaves_each_night(
        self, real_office: Office, committed_database: Clone, turned: list[str]
    ) -> None:
        paula = administrator("paula")
        proposal = propose(kind=KIND, company_id=None, proposed_by=paula, content={"to": "on"})
        assert found_at_night() == []
        edit = 'UPDATE approvals_proposal SET content = \'{"to": "off"}\' WHERE id = %s'
        tamper(committed_database, "approvals_proposal", edit, proposal.id)
        (found,) = found_at_night()
        assert (found.object_id, found.column) == (proposal.id, "approvals.proposal")

    def test_is_not_proposed_to_by_members_of_companies(self, office: Office, turned: list[str]) -> None:
        with pytest.raises(AccessMustBeGranted):
            propose(kind=KIND, company_id=None, proposed_by=office.who("alice"), content={})
        assert turned == []

    def test_is_not_decided_in_a_company(self, office: Office, turned: list[str]) -> None:
        proposal = propose(kind=KIND, company_id=None, proposed_by=administrator("paula"), content={})
        with pytest.raises(ProposalMustExist):
            office.approve(proposal)
        assert len(turned) == 1

    def test_is_decided_by_nobody_in_an_administrators_stead(self, office: Office, turned: list[str]) -> None:
        User.objects.filter(id=office.people["alice"].id).update(is_superuser=True, is_staff=True)
        given_in_the_company(office, "alice", "carol")
        proposal = propose(kind=KIND, company_id=None, proposed_by=administrator("paula"), content={})
        given = {"company_id": None, "proposal_id": proposal.id, "digest": proposal.digest}
        with pytest.raises(AccessMustBeGranted):
            approve(approved_by=office.who("carol"), **given)  # type: ignore[arg-type]
        assert len(turned) == 1
        alice = just_signed_in(office.people["alice"])
        assert approve(approved_by=alice, **given).failure is None  # type: ignore[arg-type]
