# SPDX-License-Identifier: Apache-2.0
"""The answer of a verb that now waits for a second person: 202, and where it waits."""

from uuid import UUID

from django.urls import reverse
from rest_framework.response import Response

from cortex.api.views.approval_bodies import represented
from cortex.approvals.selectors import proposal_of
from cortex.ports.approvals import ProposalRef


def waiting_answer(*, company_id: UUID | None, company_code: str | None, proposal: ProposalRef) -> Response:
    """Return 202 with the proposal; what belongs to the platform waits in the administration."""
    found = proposal_of(company_id=company_id, proposal_id=proposal.id, reader=None)
    if company_code is None:
        location = reverse("admin:approvals_proposal_change", args=[proposal.id])
    else:
        location = reverse("approval", kwargs={"company_code": company_code, "proposal_id": proposal.id})
    return Response(represented(found), status=202, headers={"Location": location})
