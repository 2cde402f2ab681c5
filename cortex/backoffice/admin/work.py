# SPDX-License-Identifier: Apache-2.0
"""Jobs, events, files and idempotency keys; contents that may be large or personal stay unread."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cortex.api.models import IdempotencyKey
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.events.actions import READ as READ_DELIVERIES
from cortex.events.models import OutboxEvent
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.jobs.actions import JOB, READ
from cortex.jobs.models import Job
from cortex.mail.models import OutgoingMail
from cortex.ports.asking import asks
from cortex.storage.models import StoredFile


@admin.register(Job)
class JobAdmin(ReadOnlyModelAdmin):
    """Work in the background."""

    policy_action = READ
    entity_type = JOB
    list_display = ("created_at", "kind", "company", "state", "done", "total", "message")
    list_filter = ("state",)
    list_select_related = ("company",)
    search_fields = ("id__exact", "kind__exact")
    fields = (
        "id",
        "company",
        "kind",
        "owner_urn",
        "state",
        "done",
        "total",
        "message",
        "input",
        "result",
        "error",
        "attempts",
        "created_at",
        "started_at",
        "finished_at",
    )
    readonly_fields = fields


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyModelAdmin):
    """Events as they were published; they hold opaque ids, and texts that are nobody's."""

    policy_action = READ_DELIVERIES
    list_display = ("recorded_at", "event_type", "company", "aggregate_type", "aggregate_id")
    list_select_related = ("company",)
    search_fields = ("id__exact", "aggregate_id__exact")
    fields = ("id", "company", "event_type", "aggregate_type", "aggregate_id", "recorded_at", "envelope_text")
    readonly_fields = fields

    @admin.display(description="envelope")
    def envelope_text(self, event: OutboxEvent) -> str:
        """Return the exact text of the CloudEvents envelope."""
        return bytes(event.envelope).decode()


@admin.register(OutgoingMail)
@asks(LOOK_AT_PLATFORM)
class OutgoingMailAdmin(ReadOnlyModelAdmin):
    """Messages and what became of them; what they say stays unread."""

    looks_leave_leaves = True
    list_display = ("created_at", "topic", "company", "recipient", "state", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("company", "recipient")
    search_fields = ("id__exact", "recipient__username__istartswith")
    fields = (
        "id",
        "company",
        "topic",
        "recipient",
        "state",
        "attempts",
        "last_error",
        "due_at",
        "created_at",
        "sent_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the texts where they are."""
        return super().get_queryset(request).defer("subject", "body")


@admin.register(StoredFile)
@asks(LOOK_AT_PLATFORM)
class StoredFileAdmin(ReadOnlyModelAdmin):
    """Files of companies."""

    looks_leave_leaves = True
    list_display = ("created_at", "name", "company", "size_bytes")
    list_select_related = ("company",)
    search_fields = ("id__exact", "name__exact")
    fields = ("id", "company", "name", "size_bytes", "digest_text", "created_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the bytes where they are."""
        return super().get_queryset(request).defer("content")

    @admin.display(description="SHA-256")
    def digest_text(self, file: StoredFile) -> str:
        """Return the digest in hexadecimal."""
        return bytes(file.digest).hex()


@admin.register(IdempotencyKey)
@asks(LOOK_AT_PLATFORM)
class IdempotencyKeyAdmin(ReadOnlyModelAdmin):
    """Requests that were answered once; the answer itself is the caller's."""

    list_display = ("created_at", "principal", "key", "company", "status", "expires_at")
    list_select_related = ("company",)
    search_fields = ("key__exact", "principal__exact")
    fields = ("id", "company", "principal", "key", "status", "headers", "created_at", "expires_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the answers where they are."""
        return super().get_queryset(request).defer("body", "request_digest")
