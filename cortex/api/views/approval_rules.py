# SPDX-License-Identifier: Apache-2.0
"""Who decides in whose stead, and from when on a second person is needed."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.serializers import StrictSerializer
from cortex.api.views.approval_bodies import (
    DelegationListSerializer,
    DelegationSerializer,
    DelegationToGiveSerializer,
    LimitsSerializer,
    LimitToSetSerializer,
    ProposalSerializer,
    SecondPersonSerializer,
    represented_delegation,
)
from cortex.api.views.approvals import waiting_response
from cortex.api.views.company import CompanyView
from cortex.approvals.actions import CHANGE_LIMITS, DELEGATE, READ, READ_LIMITS
from cortex.approvals.change_or_propose_rules import limit_or_propose, second_person_or_propose
from cortex.approvals.delegations import delegations_of
from cortex.approvals.limits import rules_of
from cortex.approvals.waiting_verbs import delegate_or_wait, end_or_wait
from cortex.policy.declarations import policy_action
from cortex.ports.approvals import ProposalRef
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@policy_action(GET=READ, POST=DELEGATE)
class DelegationsView(CompanyView):
    """One's own delegations."""

    @extend_schema(operation_id="approval_delegations_list", responses=DelegationListSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List what one gave and was given and what has not ended."""
        user_id = self.principal.user_id
        rows = delegations_of(company_id=self.company.id, user_id=user_id) if user_id else []
        return Response({"items": [represented_delegation(row) for row in rows]})

    @extend_schema(
        operation_id="approval_delegations_create",
        request=DelegationToGiveSerializer,
        responses={201: DelegationSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Let a colleague decide in one's stead."""
        body = self.read_body(DelegationToGiveSerializer)
        given = delegate_or_wait(
            company_id=self.company.id,
            delegated_by=self.principal,
            to_user_id=body["to_user_id"],
            starts_at=body.get("starts_at") or get(Clock).now(),
            ends_at=body["ends_at"],
        )
        return Response(represented_delegation(given), status=201)


@policy_action(POST=DELEGATE)
class DelegationEndView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="approval_delegations_end", request=None, responses={204: None})
    def post(self, request: Request, delegation_id: UUID, **kwargs: Any) -> Response:
        """Take one's right back at once."""
        self.read_body(StrictSerializer)
        end_or_wait(company_id=self.company.id, delegation_id=delegation_id, ended_by=self.principal)
        return Response(status=204)


@policy_action(GET=READ_LIMITS, POST=CHANGE_LIMITS)
class LimitsView(CompanyView):
    """The limits."""

    @extend_schema(operation_id="approval_limits_read", responses=LimitsSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Read up to which amounts whom enters alone."""
        return Response(rules_json(self.company.id))

    @extend_schema(
        operation_id="approval_limits_set",
        request=LimitToSetSerializer,
        responses={200: LimitsSerializer, 202: ProposalSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Set one limit, or take it away: 202 where a second person must agree to that."""
        body = self.read_body(LimitToSetSerializer)
        changed = limit_or_propose(
            company_id=self.company.id,
            entry_limit_minor=body["entry_limit_minor"],
            set_by=self.principal,
            role=body.get("role"),
            user_id=body.get("user_id"),
        )
        return (
            waiting_response(self, changed)
            if isinstance(changed, ProposalRef)
            else Response(rules_json(self.company.id))
        )


@policy_action(POST=CHANGE_LIMITS)
class SecondPersonView(CompanyView):
    """The switch."""

    @extend_schema(
        operation_id="approval_limits_second_person",
        request=SecondPersonSerializer,
        responses={200: LimitsSerializer, 202: ProposalSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Say whether reopening periods and changing limits need a second person."""
        is_required = self.read_body(SecondPersonSerializer)["is_required"]
        changed = second_person_or_propose(
            company_id=self.company.id, is_required=is_required, set_by=self.principal
        )
        return (
            waiting_response(self, changed) if changed is not None else Response(rules_json(self.company.id))
        )


def rules_json(company_id: UUID) -> dict[str, Any]:
    """Return what is set, as JSON."""
    rules = rules_of(company_id=company_id)
    by_role = [
        {"role": role, "user_id": None, "entry_limit_minor": minor}
        for role, minor in sorted(rules.by_role.items())
    ]
    by_member = [
        {"role": None, "user_id": user_id, "entry_limit_minor": minor}
        for user_id, minor in sorted(rules.by_member.items())
    ]
    return {"requires_second_person": rules.requires_second_person, "limits": by_role + by_member}
