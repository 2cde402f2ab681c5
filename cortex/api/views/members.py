# SPDX-License-Identifier: Apache-2.0
"""Who belongs to a company, and who is invited to."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.serializers import StrictSerializer, TextField
from cortex.api.views.company import CompanyView
from cortex.identity.invitations.stored import open_invitations
from cortex.identity.members import Member, member_in, members_from, members_of, memberships_in
from cortex.identity.membership_changes import GRANT, MEMBERSHIP, READ_MEMBERS, REVOKE
from cortex.identity.models import Membership
from cortex.identity.waiting_verbs import (
    grant_or_wait,
    invite_or_wait,
    resend_or_wait,
    revoke_or_wait,
    withdraw_or_wait,
)
from cortex.policy.declarations import policy_action
from cortex.ports.clock import Clock
from cortex.ports.registry import get


class RolesToGrantSerializer(StrictSerializer):
    """All the roles that the member is to have."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Membership.Role.choices), min_length=1, max_length=10
    )


class InvitationToSendSerializer(RolesToGrantSerializer):
    """Whom to invite."""

    email = TextField(max_length=254)


class MemberSerializer(serializers.Serializer[object]):
    """A member."""

    user_id = serializers.UUIDField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    kind = serializers.CharField()
    is_active = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    since = serializers.DateTimeField()


class MembersSerializer(serializers.Serializer[object]):
    """All members, by name."""

    items = MemberSerializer(many=True)


class InvitationSerializer(serializers.Serializer[object]):
    """An invitation that waits for an answer; its link is in the letter alone."""

    id = serializers.UUIDField()
    email = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitationsSerializer(serializers.Serializer[object]):
    """All open invitations, the oldest first."""

    items = InvitationSerializer(many=True)


class SentInvitationSerializer(serializers.Serializer[object]):
    """The id of the invitation."""

    id = serializers.UUIDField()


@policy_action(GET=READ_MEMBERS)
class MembersView(CompanyView):
    """All members."""

    @extend_schema(operation_id="members_list", responses=MembersSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the members by name."""
        rows = self.visible(memberships_in(company_id=self.company.id), entity_type=MEMBERSHIP)
        return Response({"items": [_member(each) for each in members_from(rows)]})


@policy_action(PUT=GRANT, DELETE=REVOKE)
class MemberView(CompanyView):
    """One membership."""

    @extend_schema(
        operation_id="members_change_roles", request=RolesToGrantSerializer, responses=MembersSerializer
    )
    def put(self, request: Request, username: str, **kwargs: Any) -> Response:
        """Give a member these roles instead of the present ones; nobody becomes a member by this."""
        wanted = self.read_body(RolesToGrantSerializer)
        user = member_in(company_id=self.company.id, username=username, actor=self.principal)
        grant_or_wait(
            company_id=self.company.id, user_id=user.id, roles=wanted["roles"], granted_by=self.principal
        )
        items = [_member(each) for each in members_of(company_id=self.company.id) if each.user_id == user.id]
        return Response({"items": items})

    @extend_schema(operation_id="members_revoke", request=None, responses={204: None})
    def delete(self, request: Request, username: str, **kwargs: Any) -> Response:
        """End a membership; it counts from the member's next request on."""
        user = member_in(company_id=self.company.id, username=username, actor=self.principal)
        revoke_or_wait(company_id=self.company.id, user_id=user.id, revoked_by=self.principal)
        return Response(status=204)


@policy_action(GET=READ_MEMBERS, POST=GRANT)
class InvitationsView(CompanyView):
    """Open invitations."""

    @extend_schema(operation_id="invitations_list", responses=InvitationsSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the invitations that wait for an answer, the oldest first."""
        rows = open_invitations(company_id=self.company.id, at=get(Clock).now())
        names = list(InvitationSerializer().fields)
        return Response({"items": [{str(name): getattr(row, str(name)) for name in names} for row in rows]})

    @extend_schema(
        operation_id="invitations_send",
        request=InvitationToSendSerializer,
        responses={201: SentInvitationSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Invite somebody by mail; the link works once, within seven days."""
        wanted = self.read_body(InvitationToSendSerializer)
        invitation_id = invite_or_wait(
            company_id=self.company.id,
            email=wanted["email"],
            roles=wanted["roles"],
            invited_by=self.principal,
        )
        return Response({"id": invitation_id}, 201)


@policy_action(DELETE=GRANT)
class InvitationView(CompanyView):
    """One invitation."""

    @extend_schema(operation_id="invitations_withdraw", request=None, responses={204: None})
    def delete(self, request: Request, invitation_id: UUID, **kwargs: Any) -> Response:
        """Withdraw an invitation: its link is worthless at once."""
        withdraw_or_wait(company_id=self.company.id, invitation_id=invitation_id, withdrawn_by=self.principal)
        return Response(status=204)


@policy_action(POST=GRANT)
class InvitationResendView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="invitations_resend", request=None, responses={204: None})
    def post(self, request: Request, invitation_id: UUID, **kwargs: Any) -> Response:
        """Send an invitation again with a new link, for another seven days."""
        self.read_body(StrictSerializer)
        resend_or_wait(company_id=self.company.id, invitation_id=invitation_id, resent_by=self.principal)
        return Response(status=204)


def _member(member: Member) -> dict[str, Any]:
    return {str(name): getattr(member, str(name)) for name in MemberSerializer().fields}
