# SPDX-License-Identifier: Apache-2.0
"""Proposals, delegations and limits as the API reads and writes them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from cortex.api.queries import PageQuery
from cortex.api.serializers import IdField, StrictBooleanField, StrictSerializer, TextField, WholeField
from cortex.approvals.models import Comment, Delegation, Proposal
from cortex.approvals.set_entry_limit import LIMIT_MINOR_MAX
from cortex.ports.approvals import LIMITED_ROLES

REASON_LENGTH_MAX, COMMENT_LENGTH_MAX = 1_000, 2_000
_DIGEST = r"\A[0-9a-f]{64}\Z"


class ProposalQuery(PageQuery):
    """Which proposals."""

    state = serializers.ChoiceField(choices=Proposal.State.choices, required=False)
    kind = serializers.CharField(max_length=100, required=False)
    proposed_by = serializers.CharField(max_length=200, required=False, help_text="Such as user:0193….")


class ProposalSerializer(serializers.Serializer[object]):
    """What waits for a second person, or what became of it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    action = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.ListField(child=serializers.CharField())
    digest = serializers.CharField(help_text="Send it back with a decision: it says what you have seen.")
    object_type = serializers.CharField()
    object_id = serializers.UUIDField(allow_null=True)
    amount_minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    result_type = serializers.CharField()
    result_id = serializers.UUIDField(allow_null=True)
    failure = serializers.DictField(allow_null=True, help_text="Why an approval was not carried out.")


class CommentSerializer(serializers.Serializer[object]):
    """What somebody said."""

    id = serializers.UUIDField()
    author = serializers.CharField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


class WholeProposalSerializer(ProposalSerializer):
    """A proposal with everything that would be carried out, and what was said about it."""

    content = serializers.DictField()
    comments = CommentSerializer(many=True)


class ProposalPageSerializer(serializers.Serializer[object]):
    """A page of proposals, newest first."""

    items = ProposalSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ApprovalSerializer(StrictSerializer):
    """Yes, to exactly what has this digest."""

    digest = serializers.RegexField(_DIGEST, max_length=64)
    reason = TextField(max_length=REASON_LENGTH_MAX, required=False, allow_blank=True)


class RejectionSerializer(StrictSerializer):
    """No, and why."""

    digest = serializers.RegexField(_DIGEST, max_length=64)
    reason = TextField(max_length=REASON_LENGTH_MAX)


class WithdrawalSerializer(StrictSerializer):
    """Why it is taken back."""

    reason = TextField(max_length=REASON_LENGTH_MAX, required=False, allow_blank=True)


class CommentToWriteSerializer(StrictSerializer):
    """What is to be said."""

    text = TextField(max_length=COMMENT_LENGTH_MAX)


class DelegationToGiveSerializer(StrictSerializer):
    """Who decides in one's stead, and when; the end is exclusive."""

    to_user_id = IdField()
    starts_at = serializers.DateTimeField(required=False, help_text="Now unless given.")
    ends_at = serializers.DateTimeField()


class DelegationSerializer(serializers.Serializer[object]):
    """Who decides in whose stead."""

    id = serializers.UUIDField()
    from_user_id = serializers.UUIDField()
    to_user_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DelegationListSerializer(serializers.Serializer[object]):
    """One's own delegations that have not ended."""

    items = DelegationSerializer(many=True)


class LimitToSetSerializer(StrictSerializer):
    """Up to which amount a role, or one member, enters alone; null takes the limit away."""

    role = serializers.ChoiceField(choices=LIMITED_ROLES, required=False)
    user_id = IdField(required=False)
    entry_limit_minor = WholeField(min_value=0, max_value=LIMIT_MINOR_MAX, allow_null=True)


class SecondPersonSerializer(StrictSerializer):
    """Whether reopening periods and changing limits need a second person."""

    is_required = StrictBooleanField()


class LimitSerializer(serializers.Serializer[object]):
    """One limit in minor units of the base currency."""

    role = serializers.CharField(allow_null=True)
    user_id = serializers.UUIDField(allow_null=True)
    entry_limit_minor = serializers.IntegerField()


class LimitsSerializer(serializers.Serializer[object]):
    """From when on a second person is needed."""

    requires_second_person = serializers.BooleanField()
    limits = LimitSerializer(many=True)


def represented(proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as JSON."""
    return {str(name): getattr(proposal, str(name)) for name in ProposalSerializer().fields}


def represented_whole(proposal: Proposal, comments: Sequence[Comment]) -> dict[str, Any]:
    """Return the proposal with content and comments."""
    said = [{str(name): getattr(each, str(name)) for name in CommentSerializer().fields} for each in comments]
    return {**represented(proposal), "content": proposal.content, "comments": said}


def represented_delegation(delegation: Delegation) -> dict[str, Any]:
    """Return the delegation as JSON."""
    return {str(name): getattr(delegation, str(name)) for name in DelegationSerializer().fields}
