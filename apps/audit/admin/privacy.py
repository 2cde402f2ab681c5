# SPDX-License-Identifier: Apache-2.0
"""What is held, what was erased, and what the nightly jobs found and did: due, done, held."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.audit.domain.policy_names import READ_GOVERNANCE, READ_PRIVACY
from apps.audit.models import (
    Erasure,
    GovernanceActivation,
    GovernanceCheck,
    GovernanceVersion,
    Hold,
    RetentionRun,
)
from cortex.backoffice.platform import PlatformModelAdmin
from cortex.backoffice.read_only import ReadOnlyModelAdmin


@admin.register(Hold)
class HoldAdmin(ReadOnlyModelAdmin):
    """Legal holds; one without a subject holds all of its company."""

    policy_action = READ_PRIVACY
    list_display = ("placed_at", "company", "subject_id", "reason", "lifted_at")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    fields = ("id", "company", "subject_id", "reason", "placed_by", "placed_at", "lifted_by", "lifted_at")
    readonly_fields = fields


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyModelAdmin):
    """What was erased: how much, and nothing of what it said."""

    policy_action = READ_PRIVACY
    list_display = ("erased_at", "company", "subject_type", "subject_id", "erased_by")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    fields = ("id", "company", "subject_type", "subject_id", "removed", "erased_by", "erased_at")
    readonly_fields = fields


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyModelAdmin):
    """What became of data whose time was over: done, held, and due but left for the next night."""

    policy_action = READ_PRIVACY
    list_display = ("ran_at", "company", "data", "done_count", "held_count", "left_count")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    fields = (
        "id",
        "company",
        "data",
        "version_number",
        "kept_since_date",
        "done_count",
        "held_count",
        "left_count",
        "ran_at",
    )
    readonly_fields = fields


@admin.register(GovernanceVersion)
class GovernanceVersionAdmin(PlatformModelAdmin):
    """Rules that were written; version 0 is the program's own."""

    policy_action = READ_GOVERNANCE
    list_display = ("number", "author", "note", "created_at")
    fields = ("number", "author", "note", "created_at", "digest", "text")
    readonly_fields = fields


@admin.register(GovernanceActivation)
class GovernanceActivationAdmin(PlatformModelAdmin):
    """Which rules came into force when, the newest first."""

    policy_action = READ_GOVERNANCE
    list_display = ("activated_at", "version", "activated_by", "reason")
    list_select_related = ("version",)
    fields = ("version", "activated_by", "activated_at", "reason")
    readonly_fields = fields


@admin.register(GovernanceCheck)
class GovernanceCheckAdmin(PlatformModelAdmin):
    """Whether the rules in force fit the program, and what lies in the clear that should not."""

    policy_action = READ_GOVERNANCE
    list_display = ("checked_at", "version_number", "problem_count", "clear_count")
    fields = ("checked_at", "version_number", "problem_count", "problems", "clear_count", "clear_counts")
    readonly_fields = fields
