# SPDX-License-Identifier: Apache-2.0
"""Propose what needs a second person."""

from typing import Any
from uuid import UUID

from cortex.approvals.actions import PROPOSE, here
from cortex.approvals.digest import digest_of
from cortex.approvals.errors import ProposalMustNotBeTooLarge, ProposalsMustBeDecidedFirst
from cortex.approvals.letters import write_letters
from cortex.approvals.models import Proposal
from cortex.approvals.published import ProposalProposed
from cortex.approvals.selectors import proposals_of
from cortex.approvals.told_names import with_names
from cortex.approvals.trail import leave_trail
from cortex.canonical_json import canonical_json
from cortex.database.transactions import rehearse, transactional
from cortex.ids import uuid7
from cortex.ports.approvals import ApprovalKind, Content, ProposalRef, kind_named
from cortex.ports.authorizer import Authorizer, Consent, consented
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CONTENT_BYTES_MAX = 8_000_000
WAITING_MAX = 1_000
TITLE_CHARACTERS_MAX = 200


@transactional
def propose(*, kind: str, company_id: UUID | None, proposed_by: Principal, content: Content) -> ProposalRef:
    """Store the proposal and return where it is; what could not be carried out now is not proposed either.

    Raises: AccessMustBeGranted, ProposalMustNotBeTooLarge, ProposalsMustBeDecidedFirst, and what the kind
    raises when it is carried out.
    """
    found = kind_named(kind)
    get(Authorizer).require(
        principal=proposed_by, action=here(PROPOSE, company_id=company_id), company_id=company_id
    )
    _require_room(company_id, content)
    proposal = _proposal(found, company_id, proposed_by, content)
    _rehearse(found, proposal, proposed_by)
    proposal.save(force_insert=True)
    event = ProposalProposed(
        aggregate_id=proposal.id,
        kind=proposal.kind,
        action=proposal.action,
        object_type=proposal.object_type,
        object_id=proposal.object_id,
        proposed_by=proposal.proposed_by,
        expires_at=proposal.expires_at,
    )
    leave_trail(proposal=proposal, verb=PROPOSE, actor=proposed_by, event=event)
    if company_id is None:
        write_letters(proposal)
    return ProposalRef(proposal.id, proposal.title, proposal.digest)


def _rehearse(kind: ApprovalKind, proposal: Proposal, proposed_by: Principal) -> None:
    """Carry it out and undo it: nobody is asked to agree to what the books would refuse anyway."""
    # As its own consent, which is what tells a rehearsal from the real thing in the log of decisions.
    consent = Consent(proposal.id, kind.action, proposal.company_id, given_by=proposed_by)
    with consented(consent):
        rehearse(lambda: kind.perform(proposal.company_id, proposed_by, proposal.content))


def _proposal(
    kind: ApprovalKind, company_id: UUID | None, proposed_by: Principal, content: Content
) -> Proposal:
    now, told = get(Clock).now(), with_names(kind.describe(company_id, content))
    proposal = Proposal(
        id=uuid7(),
        company_id=company_id,
        kind=kind.name,
        action=kind.action,
        title=told.title[:TITLE_CHARACTERS_MAX],
        summary=list(told.lines),
        content=dict(content),
        object_type=told.object_type,
        object_id=told.object_id,
        amount_minor=told.amount_minor,
        currency=told.currency,
        proposed_at=now,
        expires_at=now + kind.lasts,
        **_proposer(proposed_by),
    )
    proposal.digest = digest_of(proposal)
    return proposal


def _proposer(principal: Principal) -> dict[str, Any]:
    return {
        "proposer_kind": principal.kind,
        "proposer_id": principal.id,
        "proposer_user_id": principal.user_id,
        "proposer_scopes": None if principal.scopes is None else sorted(principal.scopes),
        "proposer_acts_for_person": principal.acts_for_person,
        "proposer_certificate": principal.authentication.certificate or "",
    }


def _require_room(company_id: UUID | None, content: Content) -> None:
    size = len(canonical_json(dict(content)))
    if size > CONTENT_BYTES_MAX:
        raise ProposalMustNotBeTooLarge(
            f"Proposal: expected at most {CONTENT_BYTES_MAX} bytes, got {size}. Propose it in parts.",
            evidence={"object": "proposal", "expected": CONTENT_BYTES_MAX, "got": size, "unit": "bytes"},
        )
    waiting = proposals_of(company_id=company_id).filter(state=Proposal.State.WAITING).count()
    if waiting >= WAITING_MAX:
        raise ProposalsMustBeDecidedFirst(
            f"Proposals: expected fewer than {WAITING_MAX} that wait, got {waiting}. Decide some first.",
            evidence={"object": "proposals", "expected": WAITING_MAX, "got": waiting},
        )
