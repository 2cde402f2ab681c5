# SPDX-License-Identifier: Apache-2.0
"""The inbox of what waits for a second person, and each proposal with its decision."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.adapters.entry_content import drafts_of
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.approvals import APPROVE, CommentForm, DecisionForm
from apps.accounting.books.trail import trail_beside
from apps.accounting.services.approval_kinds import POST
from cortex.approvals.actions import COMMENT, DELEGATE, READ, READ_LIMITS, WITHDRAW
from cortex.approvals.approve import approve
from cortex.approvals.approver import may_decide
from cortex.approvals.comment import comment
from cortex.approvals.inbox import inbox_of, proposals_by
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.approvals.selectors import comments_on, proposal_of
from cortex.approvals.withdraw import withdraw
from cortex.errors import CortexError
from cortex.identity.actor_names import names_of_actors


@books_page(GET=READ)
def approvals(desk: Desk) -> HttpResponse:
    """Show what waits for this person, and what this person proposed."""
    company_id = desk.company.id
    waiting = inbox_of(company_id=company_id, principal=desk.principal)
    own = proposals_by(company_id=company_id, principal=desk.principal)
    urns = [each.proposed_by for each in waiting] + [each.decided_by for each in own if each.decided_by]
    context = {
        "waiting": waiting,
        "own": own,
        "actors": names_of_actors(urns=urns),
        "may_delegate": desk.may(DELEGATE),
        "may_read_limits": desk.may(READ_LIMITS),
    }
    return desk.render("approvals.html", context)


@books_page(GET=READ)
def proposal(desk: Desk, proposal_id: UUID) -> HttpResponse:
    """Show what would be carried out, what was said, and the decision where it is this person's."""
    return _shown(desk, _found(desk, proposal_id))


@books_page(POST=COMMENT)
def decide(desk: Desk, proposal_id: UUID) -> HttpResponse:
    """Approve or reject what was seen."""
    found = _found(desk, proposal_id)
    form = DecisionForm(desk.request.POST)
    if not form.is_valid():
        return _shown(desk, found, decision=form)
    said, digest = form.cleaned_data["reason"], form.cleaned_data["digest"]
    given = {"company_id": desk.company.id, "proposal_id": proposal_id, "digest": digest, "reason": said}
    if form.cleaned_data["decision"] != APPROVE:
        reject(rejected_by=desk.principal, **given)
        messages.success(desk.request, f"Rejected: {found.title}.")
        return desk.go(desk.url("approvals"))
    approval = approve(approved_by=desk.principal, **given)
    if approval.failure is not None:
        return _shown(desk, approval.proposal, failure=approval.failure)
    messages.success(desk.request, f"Approved: {found.title}.")
    return desk.go(_result_url(desk, approval.proposal) or desk.url("approvals"))


@books_page(POST=COMMENT)
def write_comment(desk: Desk, proposal_id: UUID) -> HttpResponse:
    """Say something about a proposal."""
    form = CommentForm(desk.request.POST)
    if not form.is_valid():
        found = _found(desk, proposal_id)
        return _shown(desk, found, said=form)
    comment(
        company_id=desk.company.id,
        proposal_id=proposal_id,
        text=form.cleaned_data["text"],
        written_by=desk.principal,
    )
    return desk.go(desk.url("proposal", proposal_id=proposal_id))


@books_page(POST=WITHDRAW)
def take_back(desk: Desk, proposal_id: UUID) -> HttpResponse:
    """Withdraw one's own proposal."""
    taken = withdraw(company_id=desk.company.id, proposal_id=proposal_id, withdrawn_by=desk.principal)
    messages.success(desk.request, f"Withdrawn: {taken.title}.")
    return desk.go(desk.url("approvals"))


def _found(desk: Desk, proposal_id: UUID) -> Proposal:
    return proposal_of(company_id=desk.company.id, proposal_id=proposal_id, reader=desk.principal)


def _shown(
    desk: Desk,
    found: Proposal,
    *,
    decision: DecisionForm | None = None,
    said: CommentForm | None = None,
    failure: CortexError | None = None,
) -> HttpResponse:
    comments = comments_on(proposal=found)
    urns = [found.proposed_by, found.decided_by, *(each.author for each in comments)]
    may = found.is_waiting and may_decide(proposal=found, principal=desk.principal)
    context = {
        "proposal": found,
        "entries": drafts_of(found.content) if found.kind == POST else [],
        "comments": comments,
        **trail_beside(desk, found.id, actors=filter(None, urns)),
        "decision": (decision or DecisionForm(initial={"digest": found.digest})) if may else None,
        "comment_form": (said or CommentForm()) if found.is_waiting and desk.may(COMMENT) else None,
        "may_withdraw": found.is_waiting and found.is_of(desk.principal) and desk.may(WITHDRAW),
        "result_url": _result_url(desk, found),
        "failure": failure,
    }
    is_refused = failure is not None or (decision or said) is not None
    status = failure.status if failure else HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return desk.render("proposal.html", context, status=status)


def _result_url(desk: Desk, found: Proposal) -> str | None:
    """Return the page of what came of it, where there is one."""
    if found.result_type == "accounting.journal_entry" and found.result_id is not None:
        return desk.url("entry", entry_id=found.result_id)
    if found.result_type == "accounting.fiscal_period":
        return desk.url("periods")
    return None
