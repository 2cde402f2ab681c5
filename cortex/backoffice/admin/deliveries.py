# SPDX-License-Identifier: Apache-2.0
"""Deliveries on hold: dead letters are tried again or given up, and a span of time is replayed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from cortex.backoffice.verbs import CompanyForm, Done, ListVerb, RowVerb, VerbsModelAdmin
from cortex.events.actions import DISCARD, HELD, READ, REPLAY
from cortex.events.dead_letters import REASON_LENGTH_MAX
from cortex.events.models import HeldDelivery
from cortex.events.subscribers import all_subscribers
from cortex.events.waiting_verbs import discard_or_wait, replay_or_wait, retry_or_wait
from cortex.ports.principal import Principal


class ReasonForm(forms.Form):
    """Why a delivery is given up."""

    reason = forms.CharField(
        max_length=REASON_LENGTH_MAX, widget=UnfoldAdminTextInputWidget, help_text="The audit log keeps it."
    )


class _InstantInput(UnfoldAdminTextInputWidget):
    input_type = "datetime-local"


class ReplayForm(CompanyForm):
    """Which events, and for whom."""

    company = forms.ModelChoiceField(queryset=None, empty_label=None, widget=UnfoldAdminSelectWidget)
    subscriber = forms.ChoiceField(
        choices=lambda: [(found.name, found.name) for found in all_subscribers()],
        widget=UnfoldAdminSelectWidget,
    )
    recorded_from = forms.DateTimeField(label="From (UTC)", widget=_InstantInput)
    recorded_until = forms.DateTimeField(label="To (UTC), exclusive", widget=_InstantInput)
    again = forms.BooleanField(
        required=False,
        label="Also events that had their effect already",
        widget=UnfoldBooleanWidget,
        help_text="Only for a subscriber that can bear the repetition, such as an emptied projection.",
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a span that ends before it begins."""
        given = super().clean()
        begin, end = self.cleaned_data.get("recorded_from"), self.cleaned_data.get("recorded_until")
        if begin and end and begin >= end:
            self.add_error("recorded_until", "Expected an instant after the first one.")
        return given


def _retry(delivery: HeldDelivery, principal: Principal, given: Mapping[str, Any]) -> Done:
    retry_or_wait(company_id=delivery.company_id, delivery_id=delivery.id, retried_by=principal)
    return Done("The delivery is tried again now.")


def _discard(delivery: HeldDelivery, principal: Principal, given: Mapping[str, Any]) -> Done:
    discard_or_wait(
        company_id=delivery.company_id,
        delivery_id=delivery.id,
        reason=given["reason"],
        discarded_by=principal,
    )
    return Done("The delivery was given up; those behind it go on.")


def _replay(company_id: UUID, principal: Principal, given: Mapping[str, Any]) -> Done:
    count = replay_or_wait(
        company_id=company_id,
        subscriber=given["subscriber"],
        recorded_from=given["recorded_from"],
        recorded_until=given["recorded_until"],
        replayed_by=principal,
        again=given["again"],
    )
    return Done(f"{count:,} events are delivered again now.")


@admin.register(HeldDelivery)
class HeldDeliveryAdmin(VerbsModelAdmin):
    """What a subscriber refused, and what waits behind it, the oldest event first."""

    policy_action = READ
    entity_type = HELD
    list_display = ("held_at", "subscriber", "company", "state", "attempts", "due_at", "short_error")
    list_filter = ("state",)
    list_select_related = ("company",)
    search_fields = ("event_id__exact", "aggregate_id__exact", "subscriber__exact")
    search_help_text = "The whole id of an event or aggregate, or the name of a subscriber"
    fields = (
        "id",
        "company",
        "subscriber",
        "event",
        "aggregate_id",
        "state",
        "attempts",
        "due_at",
        "last_error",
        "held_at",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "retry",
            "Try again now",
            "The event is delivered once more, with all its attempts before it. Later events of its "
            "aggregate follow if it succeeds.",
            REPLAY,
            _retry,
        ),
        RowVerb(
            "discard",
            "Give up",
            "This subscriber will never get the event. Later events of its aggregate no longer wait for it.",
            DISCARD,
            _discard,
            form=ReasonForm,
        ),
    )
    list_verbs = (
        ListVerb(
            "replay",
            "Replay a span of time",
            "What was published in the span is delivered to the subscriber again from the outbox, each "
            "aggregate in order. Events that had their effect already are left out unless asked for.",
            REPLAY,
            _replay,
            form=ReplayForm,
        ),
    )

    def object_in_log(self, row: HeldDelivery) -> UUID:
        """Return the event, which leaves name."""
        return row.event_id

    @admin.display(description="last error")
    def short_error(self, delivery: HeldDelivery) -> str:
        """Return the beginning of the error."""
        return delivery.last_error[:80]

    @admin.display(description="event")
    def event(self, delivery: HeldDelivery) -> SafeString:
        """Return the link to the event in the outbox."""
        url = reverse("admin:events_outboxevent_change", args=[delivery.event_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, delivery.event_id
        )
