# SPDX-License-Identifier: Apache-2.0
"""Leaves that are searched for, and leaves that are found."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rest_framework import serializers

from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters, LeafPlace
from cortex.api.queries import PageQuery
from cortex.api.serializers import StrictSerializer

_VERB = r"\A[a-z][a-z0-9_.-]*\Z"


class LeafQuery(PageQuery):
    """Which leaves; what is left out does not filter."""

    actor = serializers.CharField(
        required=False,
        max_length=200,
        help_text="A user's name, or an actor of the log such as `service:scheduler`.",
    )
    object = serializers.UUIDField(required=False, help_text="The id of the object.")
    verb = serializers.RegexField(
        _VERB, required=False, max_length=100, help_text="A verb, or the beginning of some with its last dot."
    )
    before = serializers.DateTimeField(required=False, help_text="Earlier than this instant.")

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which no Python name can spell."""
        moment = serializers.DateTimeField(required=False, help_text="At this instant or later.")
        return {"from": moment, **super().get_fields()}


class PlatformLeafQuery(LeafQuery):
    """Which leaves of all companies and of the platform."""

    company = serializers.CharField(required=False, max_length=20, help_text="The code of a company.")


class LeafProofQuery(StrictSerializer):
    """From which earlier tree the archive proves that the log grew."""

    since = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="The number of leaves: the second line of a `checkpoint` that you kept.",
    )


class FoundLeafSerializer(serializers.Serializer[object]):
    """A leaf: `leaf_hash` is the hexadecimal SHA-256 over a zero byte and the exact text of `body`.

    `digest_before` is what `digest` was before the verb, null where the leaf does not say it.
    `leaf_index` is its position in the log, null for the seconds until it is integrated.
    """

    leaf_id = serializers.UUIDField()
    company_id = serializers.UUIDField(allow_null=True)
    verb = serializers.CharField()
    actor = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    digest_before = serializers.CharField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    leaf_hash = serializers.CharField()
    leaf_index = serializers.IntegerField(allow_null=True)
    body = serializers.CharField()


class FoundLeavesSerializer(serializers.Serializer[object]):
    """A page of leaves, the newest first."""

    items = FoundLeafSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def filters_of(query: dict[str, Any]) -> LeafFilters:
    """Return the filters of a validated query."""
    return LeafFilters(
        actor=query.get("actor"),
        object_id=query.get("object"),
        verb=query.get("verb"),
        from_at=query.get("from"),
        before_at=query.get("before"),
    )


def place_in(position: tuple[Any, ...] | None) -> LeafPlace | None:
    """Return the place that a cursor holds."""
    return LeafPlace(datetime.fromisoformat(position[0]), int(position[1])) if position else None


def position_of(leaf: FoundLeaf) -> tuple[Any, ...]:
    """Return what a cursor holds of a leaf."""
    return leaf.recorded_at.isoformat(), leaf.entry_id


def leaf_json(leaf: FoundLeaf) -> dict[str, Any]:
    """Return the leaf as it is answered."""
    values = asdict(leaf)
    del values["entry_id"]
    return values
