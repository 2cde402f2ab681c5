# SPDX-License-Identifier: Apache-2.0
"""What approving and rejecting have in common."""

import hmac
from typing import Any

from cortex.approvals.approver import Approver
from cortex.approvals.errors import ProposalMustBeTheOneSeen, ProposalMustBeWaiting
from cortex.approvals.letters import write_letters
from cortex.approvals.models import Proposal
from cortex.ports.clock import Clock
from cortex.ports.registry import get


def require_undecided(*, proposal: Proposal, digest: str) -> None:
    """Refuse to decide something else than what was seen, or after its time.

    Raises: ProposalMustBeTheOneSeen, ProposalMustBeWaiting.
    """
    if not hmac.compare_digest(digest.encode(), proposal.digest.encode()):
        raise ProposalMustBeTheOneSeen(
            f"Proposal {proposal.id}: expected the digest {proposal.digest}, got another one. Look at the "
            "proposal again, and decide on what you see.",
            evidence={"object": str(proposal.id), "expected": proposal.digest, "got": digest[:64]},
        )
    if proposal.expires_at <= get(Clock).now():
        raise ProposalMustBeWaiting(
            f"Proposal {proposal.id}: its time was over at {proposal.expires_at.isoformat()}. "
            "Propose it again.",
            evidence={"object": str(proposal.id), "expected": "waiting", "got": "expired"},
        )


def write_decision(
    *, proposal: Proposal, state: str, approver: Approver, reason: str, **result: Any
) -> Proposal:
    """Write who decided what, and return the proposal as it is now."""
    proposal.state = state
    proposal.decided_by = approver.principal.urn
    proposal.decided_by_user_id = approver.principal.user_id
    proposal.decided_for_user_id = approver.stands_for
    proposal.decided_at = get(Clock).now()
    proposal.reason = reason
    for name, value in result.items():
        setattr(proposal, name, value)
    proposal.save(
        update_fields=[
            "state",
            "decided_by",
            "decided_by_user_id",
            "decided_for_user_id",
            "decided_at",
            "reason",
            *result,
        ]
    )
    if proposal.company_id is None:
        write_letters(proposal)
    return proposal
