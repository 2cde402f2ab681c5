# SPDX-License-Identifier: Apache-2.0
"""Endpoints that a company's events are sent to."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.serializers import StrictSerializer, TextField
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.events.actions import CHANGE_WEBHOOKS, ENDPOINT, READ_WEBHOOKS
from cortex.events.subscribers import EVERY_EVENT
from cortex.events.waiting_verbs import create_or_wait, remove_or_wait, set_active_or_wait
from cortex.events.webhooks.endpoints import (
    EVENT_TYPES_MAX,
    endpoints_of,
    get_endpoint,
    rotate_secret,
)
from cortex.events.webhooks.event_types import EVENT_TYPE, EVENT_TYPE_LENGTH_MAX
from cortex.events.webhooks.models import WebhookEndpoint
from cortex.policy.declarations import policy_action

_EXAMPLE = OpenApiExample(
    "Posted entries",
    value={"url": "https://example.com/events", "event_types": ["accounting.journal_entry.posted.v1"]},
    request_only=True,
)


class WebhookToCreateSerializer(StrictSerializer):
    """Where events are to be sent; `*` asks for every type."""

    url = TextField(max_length=2000)
    description = TextField(max_length=200, required=False, allow_blank=True)
    event_types = serializers.ListField(
        child=serializers.RegexField(EVENT_TYPE, max_length=EVENT_TYPE_LENGTH_MAX),
        min_length=1,
        max_length=EVENT_TYPES_MAX,
        required=False,
        help_text="Every event unless given.",
    )


class WebhookReasonSerializer(StrictSerializer):
    """Why an endpoint is switched off."""

    reason = TextField(max_length=200, required=False, allow_blank=True)


class WebhookSerializer(serializers.Serializer[object]):
    """An endpoint; its secret is never shown again."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    disabled_reason = serializers.CharField()
    failures_in_a_row = serializers.IntegerField()
    secret_version = serializers.IntegerField()
    secret_changed_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class CreatedWebhookSerializer(WebhookSerializer):
    """The endpoint with its secret, which is shown here alone."""

    secret = serializers.CharField(allow_null=True, help_text="Null in a repetition by Idempotency-Key.")


class WebhookPageSerializer(serializers.Serializer[object]):
    """A page of endpoints, the oldest first."""

    items = WebhookSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


@policy_action(GET=READ_WEBHOOKS, POST=CHANGE_WEBHOOKS)
class WebhooksView(CompanyView):
    """All endpoints."""

    methods_with_query = READING
    shown_once = frozenset({"secret"})

    @extend_schema(operation_id="webhooks_list", parameters=[PageQuery], responses=WebhookPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the endpoints, the oldest first."""
        read_query(request, PageQuery)
        rows = self.visible(endpoints_of(company_id=self.company.id), entity_type=ENDPOINT)
        return Response(keyset_page(request=request, queryset=rows, keyset=Keyset("id")).body(_represented))

    @extend_schema(
        operation_id="webhooks_create",
        request=WebhookToCreateSerializer,
        responses={201: CreatedWebhookSerializer},
        examples=[_EXAMPLE],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Create an active endpoint. The answer alone tells the secret that its requests are signed with."""
        wanted = self.read_body(WebhookToCreateSerializer)
        endpoint, secret = create_or_wait(
            company_id=self.company.id,
            url=wanted["url"],
            event_types=wanted.get("event_types", [EVERY_EVENT]),
            description=wanted.get("description", ""),
            created_by=self.principal,
        )
        location = f"{request.path}/{endpoint.id}"
        return Response({**_represented(endpoint), "secret": secret}, 201, headers={"Location": location})


@policy_action(GET=READ_WEBHOOKS, DELETE=CHANGE_WEBHOOKS)
class WebhookView(CompanyView):
    """One endpoint."""

    @extend_schema(operation_id="webhooks_read", responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """Read an endpoint."""
        endpoint = get_endpoint(company_id=self.company.id, endpoint_id=webhook_id, reader=self.principal)
        return Response(_represented(endpoint))

    @extend_schema(operation_id="webhooks_delete", request=None, responses={204: None})
    def delete(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """Remove an endpoint for good: what is queued for it is given up; the log of deliveries stays."""
        remove_or_wait(company_id=self.company.id, endpoint_id=webhook_id, removed_by=self.principal)
        return Response(status=204)


@policy_action(POST=CHANGE_WEBHOOKS)
class WebhookActivateView(CompanyView):
    """The verb."""

    @extend_schema(operation_id="webhooks_activate", request=None, responses=WebhookSerializer)
    def post(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """Switch an endpoint on; what was queued while it was off is sent now."""
        self.read_body(StrictSerializer)
        endpoint = set_active_or_wait(
            company_id=self.company.id, endpoint_id=webhook_id, is_active=True, changed_by=self.principal
        )
        return Response(_represented(endpoint))


@policy_action(POST=CHANGE_WEBHOOKS)
class WebhookDeactivateView(CompanyView):
    """The verb."""

    @extend_schema(
        operation_id="webhooks_deactivate", request=WebhookReasonSerializer, responses=WebhookSerializer
    )
    def post(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """Switch an endpoint off; what is queued waits, what happens meanwhile is not queued."""
        reason = self.read_body(WebhookReasonSerializer).get("reason", "")
        endpoint = set_active_or_wait(
            company_id=self.company.id,
            endpoint_id=webhook_id,
            is_active=False,
            changed_by=self.principal,
            reason=reason,
        )
        return Response(_represented(endpoint))


@policy_action(POST=CHANGE_WEBHOOKS)
class WebhookRotateView(CompanyView):
    """The verb."""

    shown_once = frozenset({"secret"})

    @extend_schema(operation_id="webhooks_rotate_secret", request=None, responses=CreatedWebhookSerializer)
    def post(self, request: Request, webhook_id: UUID, **kwargs: Any) -> Response:
        """Make a new secret, told by this answer alone; for a day requests carry both signatures."""
        self.read_body(StrictSerializer)
        secret = rotate_secret(company_id=self.company.id, endpoint_id=webhook_id, rotated_by=self.principal)
        endpoint = get_endpoint(company_id=self.company.id, endpoint_id=webhook_id, reader=None)
        return Response({**_represented(endpoint), "secret": secret})


def _represented(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {str(name): getattr(endpoint, str(name)) for name in WebhookSerializer().fields}
