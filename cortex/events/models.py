# SPDX-License-Identifier: Apache-2.0
"""The outbox: events that were published and, once committed, will reach every subscriber."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class OutboxEvent(models.Model):
    """One event as the bytes of its CloudEvents envelope; the order per aggregate is the order of `id`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    aggregate_type = models.CharField(max_length=100)
    aggregate_id = models.UUIDField()
    event_type = models.CharField(max_length=150)
    envelope = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "events_outbox_event"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.event_type} {self.id}"
