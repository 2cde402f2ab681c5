# SPDX-License-Identifier: Apache-2.0
"""The outbox, and the deliveries that are on hold.

Relay, leases and inboxes have tables without models: only their own SQL touches them.
"""

from django.db import models

from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cortex.ids import uuid7
from cortex.tenancy.models import Company

__all__ = ["HeldDelivery", "OutboxEvent", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint"]


class OutboxEvent(models.Model):
    """One event as the bytes of its CloudEvents envelope; `position` gives the order per aggregate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    aggregate_type = models.CharField(max_length=100)
    aggregate_id = models.UUIDField()
    event_type = models.CharField(max_length=150)
    envelope = models.BinaryField()
    recorded_at = models.DateTimeField()
    position = models.BigIntegerField(editable=False)

    class Meta:
        db_table = "events_outbox_event"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.event_type} {self.id}"


class HeldDelivery(models.Model):
    """An event that a subscriber refused, or one that waits behind it in the same aggregate."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for its next attempt"
        DEAD = "dead", "dead letter"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    subscriber = models.CharField(max_length=100)
    event_id = models.UUIDField()
    aggregate_id = models.UUIDField()
    lane = models.SmallIntegerField()
    position = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State)
    attempts = models.SmallIntegerField()
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=2000)
    held_at = models.DateTimeField()

    class Meta:
        db_table = "events_held_delivery"
        ordering = ("position",)
        verbose_name_plural = "held deliveries"

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"
