# SPDX-License-Identifier: Apache-2.0
"""The inbox of what waits for a second person."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.pages import Keyset, keyset_page
from cortex.api.problems import CONTENT_TYPE, problem_of
from cortex.api.queries import read_query
from cortex.api.views.approval_bodies import (
    ApprovalSerializer,
    CommentSerializer,
    CommentToWriteSerializer,
    ProposalPageSerializer,
    ProposalQuery,
    ProposalSerializer,
    RejectionSerializer,
    WholeProposalSerializer,
    WithdrawalSerializer,
    represented,
    represented_whole,
)
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.api.views.waiting import waiting_answer
from cortex.approvals.actions import COMMENT, PROPOSAL, READ, WITHDRAW
from cortex.approvals.approve import approve
from cortex.approvals.comment import comment
from cortex.approvals.reject import reject
from cortex.approvals.selectors import comments_on, proposal_of, proposals_of, proposed_under
from cortex.approvals.withdraw import withdraw
from cortex.policy.declarations import policy_action
from cortex.ports.approvals import ProposalRef


@policy_action(GET=READ)
class ProposalsView(CompanyView):
    """All proposals."""

    methods_with_query = READING

    @extend_schema(
        operation_id="approvals_list", parameters=[ProposalQuery], responses=ProposalPageSerializer
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List proposals, newest first; `?state=waiting` is the inbox."""
        query = read_query(request, ProposalQuery)
        rows = self.visible(proposals_of(company_id=self.company.id), entity_type=PROPOSAL)
        rows = rows.filter(**{name: query[name] for name in ("state", "kind") if name in query})
        if "proposed_by" in query:
            rows = proposed_under(rows, actor=query["proposed_by"])
        page = keyset_page(request=request, queryset=rows, keyset=Keyset("-id"))
        return Response(page.body(represented))


@policy_action(GET=READ)
class ProposalView(CompanyView):
    """One proposal."""

    @extend_schema(operation_id="approvals_read", responses=WholeProposalSerializer)
    def get(self, request: Request, proposal_id: UUID, **kwargs: Any) -> Response:
        """Read all that would be carried out, and what was said about it."""
        proposal = proposal_of(company_id=self.company.id, proposal_id=proposal_id, reader=self.principal)
        return Response(represented_whole(proposal, comments_on(proposal=proposal)))


# The door lets in whoever may speak about proposals, a delegate too: whose right counts for the decision is
# asked about the proposal itself.
@policy_action(POST=COMMENT)
class ProposalApproveView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="approvals_approve", request=ApprovalSerializer, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID, **kwargs: Any) -> Response:
        """Agree to what has this digest: it is carried out at once, in the proposer's name.

        Where the verb itself is refused now, the answer is that refusal; the proposal waits on, and
        `failure` tells why.
        """
        body = self.read_body(ApprovalSerializer)
        approval = approve(
            company_id=self.company.id,
            proposal_id=proposal_id,
            digest=body["digest"],
            approved_by=self.principal,
            reason=body.get("reason", ""),
        )
        if approval.failure is not None:
            # Not raised: the reason is kept with the proposal, in the transaction that ends here.
            problem = problem_of(approval.failure, request=request)
            return Response(problem, status=problem["status"], content_type=CONTENT_TYPE)
        return Response(represented(approval.proposal))


@policy_action(POST=COMMENT)
class ProposalRejectView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="approvals_reject", request=RejectionSerializer, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID, **kwargs: Any) -> Response:
        """Refuse what has this digest, and say why; nothing is carried out."""
        body = self.read_body(RejectionSerializer)
        rejected = reject(
            company_id=self.company.id, proposal_id=proposal_id, rejected_by=self.principal, **body
        )
        return Response(represented(rejected))


@policy_action(POST=WITHDRAW)
class ProposalWithdrawView(CompanyView):
    """The verb."""

    @extend_schema(
        operation_id="approvals_withdraw", request=WithdrawalSerializer, responses=ProposalSerializer
    )
    def post(self, request: Request, proposal_id: UUID, **kwargs: Any) -> Response:
        """Take one's own proposal back."""
        body = self.read_body(WithdrawalSerializer)
        withdrawn = withdraw(
            company_id=self.company.id,
            proposal_id=proposal_id,
            withdrawn_by=self.principal,
            reason=body.get("reason", ""),
        )
        return Response(represented(withdrawn))


@policy_action(POST=COMMENT)
class ProposalCommentsView(CompanyView):
    """What is said about a proposal."""

    @extend_schema(
        operation_id="approvals_comment",
        request=CommentToWriteSerializer,
        responses={201: CommentSerializer},
    )
    def post(self, request: Request, proposal_id: UUID, **kwargs: Any) -> Response:
        """Say something about a proposal that waits; it stays."""
        text = self.read_body(CommentToWriteSerializer)["text"]
        written = comment(
            company_id=self.company.id, proposal_id=proposal_id, text=text, written_by=self.principal
        )
        return Response(
            {str(name): getattr(written, str(name)) for name in CommentSerializer().fields}, status=201
        )


def waiting_response(view: CompanyView, proposal: ProposalRef) -> Response:
    """Return the answer of a verb that now waits for a second person: 202, and where it waits."""
    return waiting_answer(company_id=view.company.id, company_code=view.company.code, proposal=proposal)
