# SPDX-License-Identifier: Apache-2.0
"""Endpoints, what is to be sent to them, and the log of attempts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class WebhookEndpoint(models.Model):
    """A URL of a company's choice that gets the events it asked for; `*` asks for every type."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200)
    event_types = ArrayField(models.CharField(max_length=150))
    is_active = models.BooleanField()
    disabled_reason = models.CharField(max_length=200)
    failures_in_a_row = models.IntegerField()
    secret_version = models.SmallIntegerField()
    secret_changed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "events"
        db_table = "events_webhook_endpoint"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one endpoint."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        FAILED = "failed", "given up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State)
    attempts = models.SmallIntegerField()
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "events"
        db_table = "events_webhook_delivery"
        ordering = ("-created_at",)
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class WebhookAttempt(models.Model):
    """One request: its status, or why there was none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="+")
    status = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=500)
    duration_ms = models.IntegerField()
    attempted_at = models.DateTimeField()

    class Meta:
        app_label = "events"
        db_table = "events_webhook_attempt"
        ordering = ("attempted_at",)
