# SPDX-License-Identifier: Apache-2.0
"""Backups and the restores that were compared with them; both are made at the console."""

from typing import Any

import orjson
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformModelAdmin
from cortex.backups.actions import READ
from cortex.backups.models import Backup, Verification


@admin.register(Backup)
class BackupAdmin(PlatformModelAdmin):
    """Backups, the newest first."""

    policy_action = READ
    ordering = ("-taken_at", "-id")
    list_display = ("taken_at", "database", "file_bytes", "state", "taken_by")
    search_fields = ("digest__exact", "file_digest__exact")
    search_help_text = "The SHA-256 of the file, or of what was measured"
    fields = (
        "taken_at",
        "taken_by",
        "database",
        "state",
        "file_bytes",
        "file_digest",
        "digest",
        "measured_text",
    )
    readonly_fields = fields

    @admin.display(description="state")
    def state(self, backup: Backup) -> SafeString:
        """Return whether the books contradicted themselves when it was taken."""
        return mark("with doubts", kind="bad") if backup.doubt_count else mark("without doubts", kind="good")

    @admin.display(description="measured in its snapshot")
    def measured_text(self, backup: Backup) -> SafeString:
        """Return what a restore of it is compared with."""
        return _shown(backup.measured)


@admin.register(Verification)
class VerificationAdmin(PlatformModelAdmin):
    """Restores that were compared, the newest first."""

    policy_action = READ
    ordering = ("-verified_at", "-id")
    list_display = ("verified_at", "outcome", "backup_taken_at", "database", "verified_by")
    list_filter = ("is_equal",)
    search_fields = ("backup_digest__exact", "report_digest__exact")
    search_help_text = "The SHA-256 of a report, or of what a backup measured"
    fields = (
        "verified_at",
        "verified_by",
        "outcome",
        "backup_taken_at",
        "backup_digest",
        "database",
        "difference_count",
        "doubt_count",
        "expected_text",
        "got_text",
        "report_digest",
    )
    readonly_fields = fields

    @admin.display(description="outcome")
    def outcome(self, verification: Verification) -> SafeString:
        """Return whether the restored books were those of the backup."""
        return mark("equal", kind="good") if verification.is_equal else mark("different", kind="bad")

    @admin.display(description="expected")
    def expected_text(self, verification: Verification) -> SafeString:
        """Return root and size of the log and the trial balances of the backup."""
        return _shown(verification.expected)

    @admin.display(description="got")
    def got_text(self, verification: Verification) -> SafeString:
        """Return the same of the restored database."""
        return _shown(verification.got)


def _shown(measures: Any) -> SafeString:
    text = orjson.dumps(measures, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
    return format_html("<pre>{}</pre>", text)
