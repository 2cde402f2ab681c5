# SPDX-License-Identifier: Apache-2.0
"""Deliveries of events to subscribers that are on hold: failed ones, dead letters, and those behind them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.serializers import StrictSerializer, TextField
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.events.actions import DISCARD, HELD, READ, REPLAY
from cortex.events.dead_letters import (
    REASON_LENGTH_MAX,
    held_deliveries_of,
)
from cortex.events.models import HeldDelivery
from cortex.events.waiting_verbs import discard_or_wait, retry_or_wait
from cortex.policy.declarations import policy_action


class HeldDeliveryQuery(PageQuery):
    """Which deliveries."""

    state = serializers.ChoiceField(choices=HeldDelivery.State.choices, required=False)
    subscriber = serializers.CharField(max_length=100, required=False)


class HeldDeliverySerializer(serializers.Serializer[object]):
    """One event that a subscriber has not had yet."""

    id = serializers.UUIDField()
    subscriber = serializers.CharField()
    event_id = serializers.UUIDField()
    aggregate_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=HeldDelivery.State.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    last_error = serializers.CharField()
    held_at = serializers.DateTimeField()


class HeldDeliveryPageSerializer(serializers.Serializer[object]):
    """A page of deliveries on hold, in the order of their events."""

    items = HeldDeliverySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DiscardSerializer(StrictSerializer):
    """Why the subscriber shall never get the event."""

    reason = TextField(max_length=REASON_LENGTH_MAX)


@policy_action(GET=READ)
class HeldDeliveriesView(CompanyView):
    """All deliveries on hold."""

    methods_with_query = READING

    @extend_schema(
        operation_id="held_deliveries_list",
        parameters=[HeldDeliveryQuery],
        responses=HeldDeliveryPageSerializer,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List deliveries on hold, the oldest event first: the first of an aggregate holds up the others."""
        query = read_query(request, HeldDeliveryQuery)
        filters = {name: query[name] for name in ("state", "subscriber") if name in query}
        held = held_deliveries_of(company_id=self.company.id).filter(**filters)
        rows = self.visible(held, entity_type=HELD)
        page = keyset_page(request=request, queryset=rows, keyset=Keyset("position", "id"))
        return Response(page.body(_represented))


@policy_action(POST=REPLAY)
class HeldDeliveryRetryView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="held_deliveries_retry", request=None, responses={204: None})
    def post(self, request: Request, delivery_id: UUID, **kwargs: Any) -> Response:
        """Try a delivery again at once, with all its attempts before it."""
        self.read_body(StrictSerializer)
        retry_or_wait(company_id=self.company.id, delivery_id=delivery_id, retried_by=self.principal)
        return Response(status=204)


@policy_action(POST=DISCARD)
class HeldDeliveryDiscardView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="held_deliveries_discard", request=DiscardSerializer, responses={204: None})
    def post(self, request: Request, delivery_id: UUID, **kwargs: Any) -> Response:
        """Give a delivery up for good: the subscriber never gets this event, but those behind it."""
        reason = self.read_body(DiscardSerializer)["reason"]
        discard_or_wait(
            company_id=self.company.id,
            delivery_id=delivery_id,
            reason=reason,
            discarded_by=self.principal,
        )
        return Response(status=204)


def _represented(delivery: HeldDelivery) -> dict[str, Any]:
    return {str(name): getattr(delivery, str(name)) for name in HeldDeliverySerializer().fields}
