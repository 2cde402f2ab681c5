# SPDX-License-Identifier: Apache-2.0
"""Leaves as they were written."""

from typing import Any

import orjson
from django.contrib import admin

from apps.audit.adapters.policy_entities import ENTRY, READ
from apps.audit.models import AuditEntry
from cortex.backoffice.read_only import ReadOnlyModelAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyModelAdmin):
    """Leaves, newest first; look one up by its own id or by the object's."""

    policy_action = READ
    entity_type = ENTRY
    list_display = ("recorded_at", "verb", "actor", "company", "object_id", "leaf_id")
    list_display_links = ("recorded_at", "verb")
    list_select_related = ("company",)
    search_fields = ("leaf_id__exact", "object_id__exact")
    search_help_text = "The whole id of a leaf or of an object"
    fields = (
        "id",
        "leaf_id",
        "company",
        "object_id",
        "verb",
        "actor",
        "recorded_at",
        "body_text",
        "hash_text",
    )
    readonly_fields = fields
    ordering = ("-id",)

    @admin.display(description="verb")
    def verb(self, entry: AuditEntry) -> str:
        """Return what was done."""
        return _member(entry, "verb")

    @admin.display(description="actor")
    def actor(self, entry: AuditEntry) -> str:
        """Return who did it, by an opaque name."""
        return _member(entry, "actor")

    @admin.display(description="body, exactly as hashed")
    def body_text(self, entry: AuditEntry) -> str:
        """Return the bytes of the leaf, which are UTF-8 text."""
        return bytes(entry.body).decode()

    @admin.display(description="leaf hash, SHA-256(0x00 || body)")
    def hash_text(self, entry: AuditEntry) -> str:
        """Return the Merkle leaf hash in hexadecimal."""
        return bytes(entry.leaf_hash).hex()


def _member(entry: AuditEntry, name: str) -> str:
    document: dict[str, Any] = orjson.loads(bytes(entry.body))
    return str(document[name])
