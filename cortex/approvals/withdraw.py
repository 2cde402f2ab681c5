# SPDX-License-Identifier: Apache-2.0
"""Take back one's own proposal."""

from uuid import UUID

from cortex.approvals.actions import WITHDRAW, here
from cortex.approvals.approver import Approver
from cortex.approvals.decide import write_decision
from cortex.approvals.errors import ProposerMustWithdraw
from cortex.approvals.models import Proposal
from cortex.approvals.published import ProposalWithdrawn
from cortex.approvals.selectors import locked_proposal
from cortex.approvals.trail import leave_trail
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def withdraw(
    *, company_id: UUID | None, proposal_id: UUID, withdrawn_by: Principal, reason: str = ""
) -> Proposal:
    """End the proposal; raises ProposalMustExist, ProposalMustBeWaiting, ProposerMustWithdraw."""
    proposal = locked_proposal(company_id=company_id, proposal_id=proposal_id, actor=withdrawn_by)
    get(Authorizer).require(
        principal=withdrawn_by,
        action=here(WITHDRAW, company_id=company_id),
        company_id=company_id,
        resource=proposal.resource(),
    )
    if not proposal.is_of(withdrawn_by):
        raise ProposerMustWithdraw(
            f"Proposal {proposal.id}: expected its proposer to withdraw it, got {withdrawn_by.urn}. "
            "Reject it instead.",
            evidence={"object": str(proposal.id), "expected": proposal.proposed_by, "got": withdrawn_by.urn},
        )
    decided = write_decision(
        proposal=proposal, state=Proposal.State.WITHDRAWN, approver=Approver(withdrawn_by), reason=reason
    )
    event = ProposalWithdrawn(aggregate_id=proposal.id, kind=proposal.kind, proposed_by=proposal.proposed_by)
    leave_trail(proposal=decided, verb=WITHDRAW, actor=withdrawn_by, event=event, reason=reason)
    return decided
