# SPDX-License-Identifier: Apache-2.0
"""Say something about a proposal."""

from uuid import UUID

from cortex.approvals.actions import COMMENT, here
from cortex.approvals.models import Comment
from cortex.approvals.selectors import locked_proposal
from cortex.approvals.trail import leave_trail
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def comment(*, company_id: UUID | None, proposal_id: UUID, text: str, written_by: Principal) -> Comment:
    """Add the comment to a proposal that waits, and return it.

    Raises: ProposalMustExist, ProposalMustBeWaiting, AccessMustBeGranted.
    """
    proposal = locked_proposal(company_id=company_id, proposal_id=proposal_id, actor=written_by)
    get(Authorizer).require(
        principal=written_by,
        action=here(COMMENT, company_id=company_id),
        company_id=company_id,
        resource=proposal.resource(),
    )
    written = Comment(
        company_id=company_id,
        proposal_id=proposal.id,
        author=written_by.urn,
        text=text,
        written_at=get(Clock).now(),
    )
    written.save(force_insert=True)
    leave_trail(proposal=proposal, verb=COMMENT, actor=written_by, reason=text)
    return written
