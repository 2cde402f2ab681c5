# SPDX-License-Identifier: Apache-2.0
"""Versions of keys as they were seen at their keepers, and uses of keys: what leaves of keys speak of."""

from django.contrib import admin
from django.utils.safestring import SafeString

from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformModelAdmin
from cortex.secrets.actions import READ_SEEN
from cortex.secrets.models import KeySighting, KeyUse, KeyUseCount


@admin.register(KeySighting)
class KeySightingAdmin(PlatformModelAdmin):
    """What came and what went, the newest first."""

    policy_action = READ_SEEN
    ordering = ("-seen_at", "-id")
    list_display = ("seen_at", "keeper", "key_id", "version", "state")
    list_filter = ("is_held",)
    search_fields = ("key_id__exact", "id__exact")
    search_help_text = "The name of a key, or the object of a leaf"
    fields = ("id", "seen_at", "keeper", "key_id", "version", "state", "mark", "digest")
    readonly_fields = fields

    @admin.display(description="state")
    def state(self, sighting: KeySighting) -> SafeString:
        """Return whether the keeper had it then."""
        return mark("appeared", kind="good") if sighting.is_held else mark("withdrawn", kind="warn")


@admin.register(KeyUse)
class KeyUseAdmin(PlatformModelAdmin):
    """The first use in each hour, the newest first."""

    policy_action = READ_SEEN
    ordering = ("-used_at", "-id")
    list_display = ("used_at", "process", "operation", "keeper", "key_id", "version")
    list_filter = ("operation", "process")
    search_fields = ("key_id__exact", "id__exact")
    search_help_text = "The name of a key, or the object of a leaf"
    fields = ("id", "used_at", "process", "operation", "keeper", "key_id", "version", "digest")
    readonly_fields = fields


@admin.register(KeyUseCount)
class KeyUseCountAdmin(PlatformModelAdmin):
    """How often keys were used, the newest interval first."""

    policy_action = READ_SEEN
    ordering = ("-until_at", "-id")
    list_display = ("until_at", "keeper", "key_id", "use_count")
    search_fields = ("key_id__exact", "id__exact")
    search_help_text = "The name of a key, or the object of a leaf"
    fields = ("id", "since_at", "until_at", "keeper", "key_id", "use_count", "by_version", "digest")
    readonly_fields = fields

    @admin.display(description="by version, operation and kind of process")
    def by_version(self, row: KeyUseCount) -> str:
        """Return how often each version did what, where."""
        return "; ".join(
            f"version {each['version']}: {each['operation']} {each['count']} times ({each['process']})"
            for each in row.uses
        )
