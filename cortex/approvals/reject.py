# SPDX-License-Identifier: Apache-2.0
"""Refuse a proposal."""

from uuid import UUID

from cortex.approvals.approver import required_approver
from cortex.approvals.decide import require_undecided, write_decision
from cortex.approvals.models import Proposal
from cortex.approvals.published import ProposalRejected
from cortex.approvals.selectors import locked_proposal
from cortex.approvals.trail import leave_trail
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

# The verb as the audit log names it; the right to it is that of approving.
REJECT = "approvals.proposal.reject"


@transactional
def reject(
    *, company_id: UUID | None, proposal_id: UUID, digest: str, rejected_by: Principal, reason: str
) -> Proposal:
    """End the proposal for the reason given; who may approve may reject. Raises as `approve`."""
    proposal = locked_proposal(company_id=company_id, proposal_id=proposal_id, actor=rejected_by)
    approver = required_approver(proposal=proposal, principal=rejected_by)
    require_undecided(proposal=proposal, digest=digest)
    decided = write_decision(
        proposal=proposal, state=Proposal.State.REJECTED, approver=approver, reason=reason
    )
    event = ProposalRejected(
        aggregate_id=proposal.id,
        kind=proposal.kind,
        proposed_by=proposal.proposed_by,
        rejected_by=rejected_by.urn,
    )
    leave_trail(proposal=decided, verb=REJECT, actor=rejected_by, event=event, reason=reason)
    return decided
