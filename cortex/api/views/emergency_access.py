# SPDX-License-Identifier: Apache-2.0
"""Emergency access of a company; only a person with a session opens, ends and reviews it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.serializers import StrictSerializer, TextField, WholeField
from cortex.api.views.company import CompanyView
from cortex.break_glass.actions import END, OPEN, READ, REVIEW
from cortex.break_glass.door import at_the_door
from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.open_access import LASTS, LASTS_MAX, REASON_LENGTH_MAX, open_access
from cortex.break_glass.review_access import COMMENT_LENGTH_MAX, review_access
from cortex.break_glass.selectors import accesses_of
from cortex.policy.declarations import policy_action

_MINUTES, _MINUTES_MAX = (int(each.total_seconds()) // 60 for each in (LASTS, LASTS_MAX))


class EmergencyToOpenSerializer(StrictSerializer):
    """Why, and for how many minutes."""

    reason = TextField(max_length=REASON_LENGTH_MAX)
    minutes = WholeField(min_value=1, max_value=_MINUTES_MAX, default=_MINUTES)


class EmergencyReviewSerializer(StrictSerializer):
    """What was found."""

    comment = TextField(max_length=COMMENT_LENGTH_MAX)


class EmergencyAccessSerializer(serializers.Serializer[object]):
    """One emergency access."""

    id = serializers.UUIDField()
    holder = serializers.CharField()
    reason = serializers.CharField()
    opened_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = serializers.CharField()
    review_comment = serializers.CharField()


class EmergencyAccessListSerializer(serializers.Serializer[object]):
    """The newest, at most 200."""

    items = EmergencyAccessSerializer(many=True)


class _EmergencyView(CompanyView):
    """Lets in platform administrators too, who belong to no company."""

    enter = staticmethod(at_the_door)


@policy_action(GET=READ, POST=OPEN)
class EmergencyAccessesView(_EmergencyView):
    """All of a company."""

    @extend_schema(operation_id="emergency_access_list", responses=EmergencyAccessListSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the newest first."""
        return Response({"items": [_represented(each) for each in accesses_of(company_id=self.company.id)]})

    @extend_schema(
        operation_id="emergency_access_open",
        request=EmergencyToOpenSerializer,
        responses={201: EmergencyAccessSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Open the company to yourself; every administrator and controller is told. No token can do this."""
        body = self.read_body(EmergencyToOpenSerializer)
        opened = open_access(
            company_id=self.company.id,
            reason=body["reason"],
            lasts=timedelta(minutes=body["minutes"]),
            opened_by=self.principal,
        )
        return Response(_represented(opened), status=201)


@policy_action(POST=END)
class EmergencyAccessEndView(_EmergencyView):
    """The verb."""

    @extend_schema(operation_id="emergency_access_end", request=None, responses=EmergencyAccessSerializer)
    def post(self, request: Request, access_id: UUID, **kwargs: Any) -> Response:
        """End it before its time."""
        self.read_body(StrictSerializer)
        ended = end_access(company_id=self.company.id, access_id=access_id, ended_by=self.principal)
        return Response(_represented(ended))


@policy_action(POST=REVIEW)
class EmergencyAccessReviewView(_EmergencyView):
    """The verb."""

    @extend_schema(
        operation_id="emergency_access_review",
        request=EmergencyReviewSerializer,
        responses=EmergencyAccessSerializer,
    )
    def post(self, request: Request, access_id: UUID, **kwargs: Any) -> Response:
        """Say what you found after one of somebody else's was over."""
        reviewed = review_access(
            company_id=self.company.id,
            access_id=access_id,
            comment=self.read_body(EmergencyReviewSerializer)["comment"],
            reviewed_by=self.principal,
        )
        return Response(_represented(reviewed))


def _represented(access: BreakGlassAccess) -> dict[str, Any]:
    return {str(name): getattr(access, str(name)) for name in EmergencyAccessSerializer().fields}
