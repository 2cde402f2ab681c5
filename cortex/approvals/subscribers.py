# SPDX-License-Identifier: Apache-2.0
"""What happens when a proposal is made or decided: people are told."""

from cortex.approvals.announce import announce_decision, announce_waiting
from cortex.approvals.published import ProposalApproved, ProposalExpired, ProposalProposed, ProposalRejected
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import subscriber
from cortex.ports.asking import asks_nothing


@subscriber("approvals.waiting", event_types=[ProposalProposed.event_type])
@asks_nothing("policies choose whom it tells of what was let through before; nobody is refused")
def tell_deciders(event: ReceivedEvent) -> None:
    """Tell whoever could decide."""
    announce_waiting(company_id=event.company_id, event_id=event.id, proposal_id=event.aggregate_id)


@subscriber(
    "approvals.decided",
    event_types=[ProposalApproved.event_type, ProposalRejected.event_type, ProposalExpired.event_type],
)
@asks_nothing("it queues mail about what was let through before")
def tell_proposer(event: ReceivedEvent) -> None:
    """Tell the proposer what became of it."""
    announce_decision(company_id=event.company_id, event_id=event.id, proposal_id=event.aggregate_id)
