# SPDX-License-Identifier: Apache-2.0
"""What an approval is bound to: everything that decides what is carried out, and for whom."""

from cortex.approvals.errors import ProposalMustBeIntact
from cortex.approvals.models import Proposal
from cortex.canonical_json import canonical_digest


def digest_of(proposal: Proposal) -> str:
    """Return the SHA-256 (hex) of the proposal's canonical form; its id makes it the only one of its kind."""
    content = {
        "id": str(proposal.id),
        "company": str(proposal.company_id) if proposal.company_id else None,
        "kind": proposal.kind,
        "action": proposal.action,
        "proposed_by": proposal.proposed_by,
        "content": proposal.content,
    }
    return canonical_digest(content)


def require_intact(proposal: Proposal) -> None:
    """Refuse what was changed below the program; raises ProposalMustBeIntact."""
    computed = digest_of(proposal)
    if computed != proposal.digest:
        raise ProposalMustBeIntact(
            f"Proposal {proposal.id}: expected content with the digest {proposal.digest}, got {computed}. "
            "Somebody changed it in the database; reject it, and look into the audit log.",
            evidence={"object": str(proposal.id), "expected": proposal.digest, "got": computed},
        )
