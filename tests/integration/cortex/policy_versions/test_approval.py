# SPDX-License-Identifier: Apache-2.0
"""A simulated version waits for a second person as every proposal does: told by letter, decided once."""

from datetime import timedelta

import pytest

from cortex.approvals.approve import approve
from cortex.approvals.comment import comment
from cortex.approvals.expire import expire_proposals
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.approvals.selectors import waiting_about
from cortex.approvals.withdraw import withdraw
from cortex.identity.models import User
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.policy.active import ACTIVE
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.errors import PolicyVersionMustBeProposed, SecondPersonMustApprove
from cortex.policy_versions.simulate_version import simulate_version
from cortex.policy_versions.trail import OBJECT_TYPE
from cortex.policy_versions.validate_version import validate_version
from cortex.ports.principal import Principal
from tests.integration.cortex.policy_versions.people import Administrators, administrators, drafted, simulated

# The service role reads recorded decisions on a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "service"])
CONSOLE = Principal.service("console")


@pytest.fixture
def people(db: None) -> Administrators:
    ACTIVE.look_again()
    found = administrators()
    for name in ("alice", "bob"):
        User.objects.filter(username=name).update(email=f"{name}@example.test")
    return found


def waiting(version: PolicyVersion) -> Proposal:
    found = waiting_about(company_id=None, object_type=OBJECT_TYPE, object_id=version.id)
    assert found is not None
    return found


def letters(topic: str) -> list[str]:
    return [letter.recipient.username for letter in Letter.objects.filter(topic=topic) if letter.recipient]


class TestVersionThatWaits:
    def test_is_proposed_by_its_author_when_it_is_simulated(self, people: Administrators) -> None:
        version = simulated(people.alice)
        proposal = waiting(version)
        assert (proposal.proposed_by, proposal.company_id) == (people.alice.urn, None)
        assert proposal.content == {"number": version.number, "digest": version.digest}
        assert f"SHA-256 of the text: {version.digest}" in proposal.summary
        assert "Taken away: clerk may accounting.journal_entry.post" in proposal.summary
        assert letters("approvals.waits") == ["bob"]
        assert "/admin/approvals/proposal/" in opened_body(Letter.objects.get(topic="approvals.waits"))

    def test_waits_once_however_often_it_is_simulated(self, people: Administrators) -> None:
        version = simulated(people.alice)
        simulate_version(number=version.number, simulated_by=people.alice)
        assert Proposal.objects.filter(object_id=version.id).count() == 1

    def test_is_not_proposed_by_whoever_only_looks(self, people: Administrators) -> None:
        version = drafted(people.alice)
        validate_version(number=version.number, validated_by=people.bob)
        simulate_version(number=version.number, simulated_by=people.bob)
        assert Proposal.objects.count() == 0
        with pytest.raises(PolicyVersionMustBeProposed):
            approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
        simulate_version(number=version.number, simulated_by=people.alice)
        approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
        version.refresh_from_db()
        assert (version.state, version.approved_by) == ("approved", people.bob.urn)

    def test_is_approved_in_the_inbox_as_by_its_own_page(self, people: Administrators) -> None:
        version = simulated(people.alice)
        proposal = waiting(version)
        comment(company_id=None, proposal_id=proposal.id, text="Why clerks?", written_by=people.bob)
        approval = approve(
            company_id=None, proposal_id=proposal.id, digest=proposal.digest, approved_by=people.bob
        )
        version.refresh_from_db()
        assert approval.failure is None
        assert (version.state, version.approved_by) == ("approved", people.bob.urn)
        assert letters("approvals.decided") == ["alice"]

    def test_is_approved_by_its_own_page_as_in_the_inbox(self, people: Administrators) -> None:
        version = simulated(people.alice)
        proposal = waiting(version)
        approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.decided_by) == ("approved", people.bob.urn)
        assert (proposal.result_type, proposal.result_id) == (OBJECT_TYPE, version.id)

    def test_is_not_approved_by_its_author_when_another_program_proposed_it(
        self, people: Administrators
    ) -> None:
        version = drafted(CONSOLE)
        validate_version(number=version.number, validated_by=CONSOLE)
        simulate_version(number=version.number, simulated_by=people.alice)
        proposal = waiting(version)
        assert proposal.proposed_by == people.alice.urn
        with pytest.raises(SecondPersonMustApprove):
            approve_version(number=version.number, digest=version.digest, approved_by=CONSOLE)
        approve_version(number=version.number, digest=version.digest, approved_by=people.bob)

    @pytest.mark.parametrize("end", ["rejected", "withdrawn", "expired"])
    def test_stays_simulated_when_the_proposal_ends(self, people: Administrators, end: str) -> None:
        version = simulated(people.alice)
        proposal = waiting(version)
        if end == "rejected":
            reject(
                company_id=None,
                proposal_id=proposal.id,
                digest=proposal.digest,
                rejected_by=people.bob,
                reason="No",
            )
        elif end == "withdrawn":
            withdraw(company_id=None, proposal_id=proposal.id, withdrawn_by=people.alice)
        else:
            assert expire_proposals(at=proposal.expires_at + timedelta(seconds=1)) == 1
        proposal.refresh_from_db()
        version.refresh_from_db()
        assert (proposal.state, version.state, version.approved_by) == (end, "simulated", None)
        assert letters("approvals.decided") == ([] if end == "withdrawn" else ["alice"])
        with pytest.raises(PolicyVersionMustBeProposed):
            approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
        simulate_version(number=version.number, simulated_by=people.alice)
        assert waiting(version).id != proposal.id
