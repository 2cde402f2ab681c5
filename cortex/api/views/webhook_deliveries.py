# SPDX-License-Identifier: Apache-2.0
"""What was sent to an endpoint, and what came back."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.serializers import StrictSerializer
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.events.actions import CHANGE_WEBHOOKS, READ_WEBHOOKS, SENT
from cortex.events.waiting_verbs import resend_or_wait
from cortex.events.webhooks.deliveries import deliveries_of, get_delivery, list_attempts
from cortex.events.webhooks.endpoints import get_endpoint
from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery
from cortex.policy.declarations import policy_action


class AttemptSerializer(serializers.Serializer[object]):
    """One request: the status it was answered with, or the error where it was not."""

    attempted_at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    duration_ms = serializers.IntegerField()


class DeliverySerializer(serializers.Serializer[object]):
    """One event for one endpoint."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=WebhookDelivery.State.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class DeliveryWithLogSerializer(DeliverySerializer):
    """The delivery with its latest requests, the oldest of them first."""

    log = AttemptSerializer(many=True)


class DeliveryPageSerializer(serializers.Serializer[object]):
    """A page of deliveries, the newest first."""

    items = DeliverySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


@policy_action(GET=READ_WEBHOOKS)
class WebhookDeliveriesView(CompanyView):
    """All deliveries to one endpoint."""

    methods_with_query = READING

    @extend_schema(
        operation_id="webhook_deliveries_list", parameters=[PageQuery], responses=DeliveryPageSerializer
    )
    def get(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """List what was and is to be sent to an endpoint, the newest first."""
        read_query(request, PageQuery)
        endpoint = get_endpoint(company_id=self.company.id, endpoint_id=webhook_id, reader=self.principal)
        rows = self.visible(
            deliveries_of(company_id=self.company.id, endpoint_id=endpoint.id), entity_type=SENT
        )
        page = keyset_page(request=request, queryset=rows, keyset=Keyset("-created_at", "-id"))
        return Response(page.body(_represented))


@policy_action(GET=READ_WEBHOOKS)
class WebhookDeliveryView(CompanyView):
    """One delivery."""

    @extend_schema(operation_id="webhook_deliveries_read", responses=DeliveryWithLogSerializer)
    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID, **kwargs: Any) -> Response:
        """Read a delivery with the log of its requests."""
        company_id = self.company.id
        delivery = get_delivery(
            company_id=company_id, delivery_id=delivery_id, endpoint_id=webhook_id, reader=self.principal
        )
        log = list_attempts(company_id=company_id, delivery_id=delivery_id)
        return Response({**_represented(delivery), "log": list(map(_represented_attempt, log))})


@policy_action(POST=CHANGE_WEBHOOKS)
class WebhookResendView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="webhook_deliveries_resend", request=None, responses=DeliverySerializer)
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID, **kwargs: Any) -> Response:
        """Send a delivery again under the same `webhook-id`, whatever became of it."""
        self.read_body(StrictSerializer)
        company_id = self.company.id
        get_delivery(
            company_id=company_id, delivery_id=delivery_id, endpoint_id=webhook_id, reader=self.principal
        )
        return Response(
            _represented(
                resend_or_wait(company_id=company_id, delivery_id=delivery_id, resent_by=self.principal)
            )
        )


def _represented(delivery: WebhookDelivery) -> dict[str, Any]:
    return {str(name): getattr(delivery, str(name)) for name in DeliverySerializer().fields}


def _represented_attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    return {str(name): getattr(attempt, str(name)) for name in AttemptSerializer().fields}
