# SPDX-License-Identifier: Apache-2.0
"""Agree to a proposal: it is carried out at once, or stays as it is with the reason."""

from dataclasses import dataclass
from uuid import UUID

from cortex.approvals.actions import APPROVE
from cortex.approvals.approver import Approver, required_approver
from cortex.approvals.decide import require_undecided, write_decision
from cortex.approvals.digest import require_intact
from cortex.approvals.models import Proposal
from cortex.approvals.proposer import proposer_of_today
from cortex.approvals.published import ProposalApproved
from cortex.approvals.selectors import locked_proposal
from cortex.approvals.trail import leave_trail
from cortex.database.transactions import attempt, transactional
from cortex.errors import CortexError
from cortex.ports.approvals import Performed, kind_named
from cortex.ports.authorizer import Consent, consented
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OUR_FAULT = 500


@dataclass(frozen=True, slots=True)
class Approval:
    """What came of it. With a `failure` nothing was carried out, and the proposal still waits."""

    proposal: Proposal
    failure: CortexError | None = None


@transactional
def approve(
    *, company_id: UUID | None, proposal_id: UUID, digest: str, approved_by: Principal, reason: str = ""
) -> Approval:
    """Carry out the proposal with this digest in its proposer's name, and say so, in one transaction.

    A refusal of the verb itself does not end the transaction: the reason is kept with the proposal, which
    waits on. Raises: ProposalMustExist, ProposalMustBeWaiting, ProposalMustBeTheOneSeen,
    ProposalMustBeIntact, SecondPersonMustDecide, DecisionMustBeAPersons, AccessMustBeGranted.
    """
    proposal = locked_proposal(company_id=company_id, proposal_id=proposal_id, actor=approved_by)
    approver = required_approver(proposal=proposal, principal=approved_by)
    require_undecided(proposal=proposal, digest=digest)
    require_intact(proposal)
    try:
        performed = attempt(lambda: _perform(proposal, approver))
    except CortexError as error:
        if error.status >= OUR_FAULT:
            raise
        return Approval(_keep_failure(proposal, error), failure=error)
    return Approval(_approved(proposal, approver, performed, reason))


def _perform(proposal: Proposal, approver: Approver) -> Performed:
    proposer = proposer_of_today(proposal=proposal, approver=approver.principal)
    consent = Consent(proposal.id, proposal.action, proposal.company_id, given_by=approver.principal)
    with consented(consent):
        return kind_named(proposal.kind).perform(proposal.company_id, proposer, proposal.content)


def _approved(proposal: Proposal, approver: Approver, performed: Performed, reason: str) -> Proposal:
    decided = write_decision(
        proposal=proposal,
        state=Proposal.State.APPROVED,
        approver=approver,
        reason=reason,
        result_type=performed.object_type,
        result_id=performed.object_id,
    )
    event = ProposalApproved(
        aggregate_id=proposal.id,
        kind=proposal.kind,
        proposed_by=proposal.proposed_by,
        approved_by=approver.principal.urn,
        result_type=performed.object_type,
        result_id=performed.object_id,
    )
    leave_trail(proposal=decided, verb=APPROVE, actor=approver.principal, event=event, reason=reason)
    return decided


def _keep_failure(proposal: Proposal, error: CortexError) -> Proposal:
    proposal.failure = {"code": error.code, "detail": error.message}
    proposal.failed_at = get(Clock).now()
    proposal.save(update_fields=["failure", "failed_at"])
    return proposal
