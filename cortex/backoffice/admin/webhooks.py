# SPDX-License-Identifier: Apache-2.0
"""Webhooks: endpoints are made, switched and given new secrets; the log says what was sent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cortex.backoffice.tables import Cell, Table, figure, written
from cortex.backoffice.verbs import CompanyForm, Done, ListVerb, RowVerb, VerbsModelAdmin
from cortex.events.actions import CHANGE_WEBHOOKS, ENDPOINT, READ_WEBHOOKS, SENT
from cortex.events.models import WebhookDelivery, WebhookEndpoint
from cortex.events.subscribers import EVERY_EVENT
from cortex.events.waiting_verbs import create_or_wait, remove_or_wait, resend_or_wait, set_active_or_wait
from cortex.events.webhooks.deliveries import list_attempts
from cortex.events.webhooks.endpoints import rotate_secret
from cortex.ports.principal import Principal


class EndpointForm(CompanyForm):
    """Where events are to be sent."""

    company = forms.ModelChoiceField(queryset=None, empty_label=None, widget=UnfoldAdminSelectWidget)
    url = forms.CharField(max_length=2000, label="URL", widget=UnfoldAdminTextInputWidget)
    description = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    event_types = forms.CharField(
        max_length=20_000,
        initial=EVERY_EVENT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Separated by blanks or lines; * asks for every type.",
    )


class ReasonForm(forms.Form):
    """Why an endpoint is switched off."""

    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


def _create(company_id: UUID, principal: Principal, given: Mapping[str, Any]) -> Done:
    _, secret = create_or_wait(
        company_id=company_id,
        url=given["url"],
        event_types=given["event_types"].split(),
        description=given["description"],
        created_by=principal,
    )
    return Done("The webhook was created.", secret)


def _switch_on(endpoint: WebhookEndpoint, principal: Principal, given: Mapping[str, Any]) -> Done:
    set_active_or_wait(
        company_id=endpoint.company_id, endpoint_id=endpoint.id, is_active=True, changed_by=principal
    )
    return Done("The webhook is on.")


def _switch_off(endpoint: WebhookEndpoint, principal: Principal, given: Mapping[str, Any]) -> Done:
    set_active_or_wait(
        company_id=endpoint.company_id,
        endpoint_id=endpoint.id,
        is_active=False,
        changed_by=principal,
        reason=given["reason"],
    )
    return Done("The webhook is off.")


def _rotate(endpoint: WebhookEndpoint, principal: Principal, given: Mapping[str, Any]) -> Done:
    secret = rotate_secret(company_id=endpoint.company_id, endpoint_id=endpoint.id, rotated_by=principal)
    return Done("The webhook has a new secret.", secret)


def _remove(endpoint: WebhookEndpoint, principal: Principal, given: Mapping[str, Any]) -> Done:
    remove_or_wait(company_id=endpoint.company_id, endpoint_id=endpoint.id, removed_by=principal)
    return Done("The webhook was removed.")


def _resend(delivery: WebhookDelivery, principal: Principal, given: Mapping[str, Any]) -> Done:
    resend_or_wait(company_id=delivery.company_id, delivery_id=delivery.id, resent_by=principal)
    return Done("The delivery is queued again.")


def _stands(endpoint: WebhookEndpoint) -> bool:
    return endpoint.removed_at is None


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(VerbsModelAdmin):
    """Where events are sent; secrets are stored nowhere, so that no page can show one later."""

    policy_action = READ_WEBHOOKS
    entity_type = ENDPOINT
    list_display = ("url", "company", "is_active", "failures_in_a_row", "disabled_reason", "created_at")
    list_filter = ("is_active",)
    list_select_related = ("company",)
    search_fields = ("id__exact", "url__startswith")
    search_help_text = "The id, or the beginning of the URL"
    fields = (
        "id",
        "company",
        "url",
        "description",
        "event_types",
        "is_active",
        "disabled_reason",
        "failures_in_a_row",
        "secret_version",
        "secret_changed_at",
        "created_at",
        "removed_at",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "activate",
            "Switch on",
            "What was queued before it was switched off is sent now.",
            CHANGE_WEBHOOKS,
            _switch_on,
            applies=lambda endpoint: _stands(endpoint) and not endpoint.is_active,
        ),
        RowVerb(
            "deactivate",
            "Switch off",
            "What is queued waits; what happens meanwhile is not queued.",
            CHANGE_WEBHOOKS,
            _switch_off,
            form=ReasonForm,
            applies=lambda endpoint: endpoint.is_active,
        ),
        RowVerb(
            "rotate-secret",
            "Make a new secret",
            "The next page shows the new secret once. For a day requests carry the signatures of both.",
            CHANGE_WEBHOOKS,
            _rotate,
            applies=_stands,
        ),
        RowVerb(
            "remove",
            "Remove for good",
            "Nothing is sent there any more, and what is queued is given up. The log stays.",
            CHANGE_WEBHOOKS,
            _remove,
            applies=_stands,
        ),
    )
    list_verbs = (
        ListVerb(
            "create",
            "Create a webhook",
            "Events of the company are sent to this URL from now on. The next page shows the secret once.",
            CHANGE_WEBHOOKS,
            _create,
            form=EndpointForm,
        ),
    )


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(VerbsModelAdmin):
    """The log of what was sent, the newest first; look one up by its own id or the event's."""

    policy_action = READ_WEBHOOKS
    entity_type = SENT
    ordering = ("-created_at", "-id")
    list_display = ("created_at", "endpoint", "company", "event_id", "state", "attempts", "due_at")
    list_filter = ("state",)
    list_select_related = ("company", "endpoint")
    search_fields = ("id__exact", "event_id__exact", "endpoint__id__exact")
    search_help_text = "The whole id of a delivery, an event or an endpoint"
    fields = ("id", "company", "endpoint", "event_id", "state", "attempts", "due_at", "created_at", "log")
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "resend",
            "Send again",
            "The same request is sent once more under the same webhook-id, by which the receiver drops "
            "what it has seen.",
            CHANGE_WEBHOOKS,
            _resend,
            applies=lambda delivery: _stands(delivery.endpoint),
        ),
    )

    @admin.display(description="requests")
    def log(self, delivery: WebhookDelivery) -> SafeString:
        """Return the latest requests and what they were answered with."""
        attempts = list_attempts(company_id=delivery.company_id, delivery_id=delivery.id)
        rows = [
            [
                Cell(f"{attempt.attempted_at:%Y-%m-%d %H:%M:%S} UTC"),
                figure("" if attempt.status is None else str(attempt.status)),
                figure(f"{attempt.duration_ms:,}"),
                Cell(attempt.error),
            ]
            for attempt in attempts
        ]
        return written(Table("Requests", ["At", "Status", "Took ms", "Error"], rows, nothing="None yet."))
