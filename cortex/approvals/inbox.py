# SPDX-License-Identifier: Apache-2.0
"""What waits for one person's decision."""

from uuid import UUID

from cortex.approvals.approver import may_decide
from cortex.approvals.models import Proposal
from cortex.approvals.policy_objects import seen_by
from cortex.approvals.selectors import INBOX_MAX, proposals_of, proposed_under
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# More than that is a plus behind the number: every page shows it, and asks the policies for each.
BADGE_MAX = 20


@transactional
def inbox_of(*, company_id: UUID | None, principal: Principal, at_most: int = INBOX_MAX) -> list[Proposal]:
    """Return the oldest proposals that this person may decide now, without their content."""
    waiting = proposals_of(company_id=company_id).filter(
        state=Proposal.State.WAITING, expires_at__gt=get(Clock).now()
    )
    seen = seen_by(waiting, reader=principal, company_id=company_id)
    rows = seen.defer("content").order_by("id")[:INBOX_MAX]
    found = []
    for proposal in rows:
        if may_decide(proposal=proposal, principal=principal):
            found.append(proposal)
        if len(found) == at_most:
            break
    return found


@transactional
def proposals_by(*, company_id: UUID | None, principal: Principal) -> list[Proposal]:
    """Return what this principal proposed last, newest first, without their content."""
    own = proposed_under(proposals_of(company_id=company_id), actor=principal.urn)
    seen = seen_by(own, reader=principal, company_id=company_id)
    return list(seen.defer("content")[:INBOX_MAX])
