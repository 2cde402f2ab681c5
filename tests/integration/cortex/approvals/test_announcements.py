# SPDX-License-Identifier: Apache-2.0
"""Whoever can decide is told that something waits, the proposer what became of it; no mail tells amounts."""

from datetime import timedelta

from cortex.approvals.delegate import delegate
from cortex.approvals.expire import expire_proposals
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.database.transactions import transactional
from cortex.events.models import OutboxEvent
from cortex.events.received import read_envelope
from cortex.events.subscribers import subscriber_named
from cortex.mail.models import OutgoingMail
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.integration.cortex.approvals.office import Office


def addressed(office: Office) -> None:
    for name, user in office.people.items():
        user.email = f"{name}@books.example"
        user.save()


def deliver(office: Office, event_type: str, subscriber: str) -> list[OutgoingMail]:
    """Deliver what was published to the subscriber, and return all mail."""

    def run() -> list[OutgoingMail]:
        for row in OutboxEvent.objects.filter(event_type=event_type).order_by("position"):
            subscriber_named(subscriber).effect(read_envelope(bytes(row.envelope)))
        return list(OutgoingMail.objects.select_related("recipient").order_by("recipient__username"))

    with office.entered():
        return transactional(run)()


class TestWaiting:
    def test_is_told_once_to_everybody_who_could_decide(self, office: Office) -> None:
        addressed(office)
        office.propose()
        mails = deliver(office, "approvals.proposal.proposed.v1", "approvals.waiting")
        assert [mail.recipient.username for mail in mails] == ["alice", "carol"]
        assert {mail.subject for mail in mails} == {"DEMO: Post journal entries: waits for a second person"}
        assert "Clara" in mails[0].body
        assert "250" not in mails[0].body
        assert len(deliver(office, "approvals.proposal.proposed.v1", "approvals.waiting")) == 2

    def test_is_told_to_a_delegate_and_not_to_the_proposer(self, office: Office) -> None:
        addressed(office)
        office.limit("controller", 0)
        now = get(Clock).now()
        with office.entered():
            delegate(
                company_id=office.company_id,
                delegated_by=office.who("carol"),
                to_user_id=office.people["clara"].id,
                starts_at=now,
                ends_at=now + timedelta(days=2),
            )
        office.propose(by="alice")
        mails = deliver(office, "approvals.proposal.proposed.v1", "approvals.waiting")
        assert [mail.recipient.username for mail in mails] == ["carol", "clara"]


class TestDecision:
    def test_is_told_to_the_proposer_alone(self, office: Office) -> None:
        addressed(office)
        office.approve(office.propose())
        (mail,) = deliver(office, "approvals.proposal.approved.v1", "approvals.decided")
        assert (mail.recipient.username, mail.subject) == ("clara", "DEMO: Post journal entries: approved")
        assert "Alice" in mail.body

    def test_to_reject_is_told_without_the_reason(self, office: Office) -> None:
        addressed(office)
        proposal = office.propose()
        with office.entered():
            reject(
                company_id=office.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                rejected_by=office.who("alice"),
                reason="She is ill",
            )
        (mail,) = deliver(office, "approvals.proposal.rejected.v1", "approvals.decided")
        assert "rejected" in mail.body
        assert "ill" not in mail.body

    def test_that_nobody_made_in_time_is_told_too(self, office: Office) -> None:
        addressed(office)
        proposal = office.propose()
        assert expire_proposals(at=get(Clock).now()) == 0
        assert expire_proposals(at=get(Clock).now() + timedelta(days=14)) == 1
        assert office.look(proposal).state == Proposal.State.EXPIRED
        assert len(office.leaves("approvals.proposal.expire")) == 1
        (mail,) = deliver(office, "approvals.proposal.expired.v1", "approvals.decided")
        assert mail.recipient.username == "clara"
