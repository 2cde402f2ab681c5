# SPDX-License-Identifier: Apache-2.0
"""Look at proposals."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cortex.approvals.actions import READ
from cortex.approvals.errors import ProposalMustBeWaiting, ProposalMustExist
from cortex.approvals.models import Comment, Proposal
from cortex.approvals.policy_objects import seen_by
from cortex.database.transactions import transactional
from cortex.identity.hidden import is_hidden
from cortex.ports.principal import Principal, person_behind, plugin_behind, program_behind

# What one person looks through at once; the oldest come first, so that none is forgotten.
INBOX_MAX = 100


def proposals_of(*, company_id: UUID | None) -> QuerySet[Proposal]:
    """Return the proposals of a company in scope, or of the platform, newest first."""
    return Proposal.objects.filter(Q(company_id=company_id)).order_by("-id")


def proposed_under(rows: QuerySet[Proposal], *, actor: str) -> QuerySet[Proposal]:
    """Return those of one actor as the log names it: two people behind one program are two."""
    kind, _, name = actor.partition(":")
    program, person = program_behind(actor) or plugin_behind(actor), person_behind(actor)
    if program is None or person is None:
        return rows.filter(proposer_kind=kind, proposer_id=name).exclude(proposer_acts_for_person=True)
    try:
        of_person = rows.filter(proposer_user_id=UUID(person), proposer_acts_for_person=True)
    except ValueError:
        return rows.none()
    return of_person.filter(proposer_kind=kind, proposer_id=program)


@transactional
def proposal_of(*, company_id: UUID | None, proposal_id: UUID, reader: Principal | None) -> Proposal:
    """Return one proposal; raises ProposalMustExist, also for one that `reader` may not see."""
    rows = proposals_of(company_id=company_id).filter(id=proposal_id)
    return _required(proposal_id, seen_by(rows, reader=reader, company_id=company_id).first())


def locked_proposal(*, company_id: UUID | None, proposal_id: UUID, actor: Principal) -> Proposal:
    """Return a proposal that waits, locked to the end of the transaction: whoever comes second waits here.

    Raises: ProposalMustExist, also for one that is hidden from the actor, ProposalMustBeWaiting.
    """
    found = proposals_of(company_id=company_id).select_for_update().filter(id=proposal_id).first()
    proposal = _required(proposal_id, None if found is None or _is_hidden(found, actor) else found)
    if not proposal.is_waiting:
        raise ProposalMustBeWaiting(
            f"Proposal {proposal_id}: expected one that waits, got one that is {proposal.state}.",
            evidence={"object": str(proposal_id), "expected": "waiting", "got": proposal.state},
        )
    return proposal


@transactional
def waiting_about(*, company_id: UUID | None, object_type: str, object_id: UUID) -> Proposal | None:
    """Return the oldest proposal that waits about this object, or None."""
    waiting = proposals_of(company_id=company_id).filter(
        state=Proposal.State.WAITING, object_type=object_type, object_id=object_id
    )
    return waiting.order_by("id").first()


@transactional
def comments_on(*, proposal: Proposal) -> list[Comment]:
    """Return what was said, oldest first."""
    said = Comment.objects.filter(Q(company_id=proposal.company_id), proposal_id=proposal.id)
    return list(said.order_by("id"))


@transactional
def waiting_proposals(*, company_id: UUID | None, reader: Principal) -> list[Proposal]:
    """Return the oldest proposals that wait and that the reader may see."""
    rows = proposals_of(company_id=company_id).filter(state=Proposal.State.WAITING)
    waiting = seen_by(rows, reader=reader, company_id=company_id)
    return list(waiting.order_by("id")[:INBOX_MAX])


def _required(proposal_id: UUID, proposal: Proposal | None) -> Proposal:
    if proposal is None:
        raise ProposalMustExist(
            f"Proposal {proposal_id}: expected a proposal that you can see, got none.",
            evidence={"object": "proposal", "got": str(proposal_id)},
        )
    return proposal


def _is_hidden(proposal: Proposal, actor: Principal) -> bool:
    """Return whether it is to be answered as one that is not there; the platform's are shown as a whole."""
    if proposal.company_id is None:
        return False
    return is_hidden(proposal.resource(), principal=actor, read_action=READ, company_id=proposal.company_id)
