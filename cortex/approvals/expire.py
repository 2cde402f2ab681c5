# SPDX-License-Identifier: Apache-2.0
"""End proposals that nobody decided in time."""

from datetime import datetime
from uuid import UUID

from cortex.approvals.actions import EXPIRE, here
from cortex.approvals.letters import write_letters
from cortex.approvals.models import Proposal
from cortex.approvals.published import ProposalExpired
from cortex.approvals.selectors import proposals_of
from cortex.approvals.trail import leave_trail
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

SCHEDULER = Principal.service("scheduler")
BATCH_MAX = 500


def expire_proposals(*, at: datetime) -> int:
    """End what waits too long, in every company and on the platform; return how many were ended."""
    expired = _expire(None, at)
    company_ids = all_company_ids()
    with scope(company_ids):
        due = _companies_with_due(at)
    for company_id in due:
        with scope([company_id]):
            expired += _expire(company_id, at)
    return expired


@transactional
def _companies_with_due(at: datetime) -> list[UUID]:
    due = Proposal.objects.filter(state=Proposal.State.WAITING, expires_at__lte=at, company__isnull=False)
    return list(due.order_by("company_id").values_list("company_id", flat=True).distinct())


@transactional
def _expire(company_id: UUID | None, at: datetime) -> int:
    waiting = proposals_of(company_id=company_id).filter(state=Proposal.State.WAITING, expires_at__lte=at)
    # Whoever decides at this moment holds the row; the next round looks again.
    due = list(waiting.select_for_update(skip_locked=True).order_by("id")[:BATCH_MAX])
    if not due:
        return 0
    get(Authorizer).require(
        principal=SCHEDULER, action=here(EXPIRE, company_id=company_id), company_id=company_id
    )
    for proposal in due:
        proposal.state, proposal.decided_by, proposal.decided_at = Proposal.State.EXPIRED, SCHEDULER.urn, at
        proposal.save(update_fields=["state", "decided_by", "decided_at"])
        event = ProposalExpired(
            aggregate_id=proposal.id, kind=proposal.kind, proposed_by=proposal.proposed_by
        )
        leave_trail(proposal=proposal, verb=EXPIRE, actor=SCHEDULER, event=event)
        if company_id is None:
            write_letters(proposal)
    return len(due)
