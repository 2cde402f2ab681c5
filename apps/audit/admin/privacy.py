# SPDX-License-Identifier: Apache-2.0
"""What is held, what was erased, and what the nightly jobs found and did: due, done, held."""

from functools import partial

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.audit.admin.hand_out import TITLE as HAND_OUT
from apps.audit.admin.hand_out import hand_out_page
from apps.audit.admin.privacy_verbs import ERASE_TEXTS, LIFT, PLACE
from apps.audit.domain.policy_names import EXPORT_SUBJECT, READ_GOVERNANCE, READ_PRIVACY
from apps.audit.models import (
    Erasure,
    GovernanceActivation,
    GovernanceCheck,
    GovernanceVersion,
    Hold,
    RetentionNight,
    RetentionRun,
)
from cortex.backoffice.access import companies_to_act_in
from cortex.backoffice.platform import PlatformModelAdmin
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.verbs import VerbsModelAdmin
from cortex.policy.declarations import policy_action


@admin.register(Hold)
class HoldAdmin(VerbsModelAdmin):
    """Legal holds; one without a subject holds all of its company."""

    looks_leave_leaves = True
    policy_action = READ_PRIVACY
    list_display = ("placed_at", "company", "subject_id", "reason", "lifted_at")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    fields = ("id", "company", "subject_id", "reason", "placed_by", "placed_at", "lifted_by", "lifted_at")
    readonly_fields = fields
    list_verbs = (PLACE,)
    row_verbs = (LIFT,)


@admin.register(Erasure)
class ErasureAdmin(VerbsModelAdmin):
    """What was erased: how much, and nothing of what it said."""

    looks_leave_leaves = True
    policy_action = READ_PRIVACY
    list_display = ("erased_at", "company", "subject_type", "subject_id", "erased_by")
    list_filter = (("company", AutocompleteSelectFilter),)
    list_select_related = ("company",)
    fields = ("id", "company", "subject_type", "subject_id", "removed", "erased_by", "erased_at")
    readonly_fields = fields
    list_verbs = (ERASE_TEXTS,)

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which somebody's file is handed out."""
        view = policy_action(EXPORT_SUBJECT)(partial(hand_out_page, self.admin_site))
        served = self.admin_site.admin_view(never_cache(view))
        return [path("hand-out/", served, name="audit_erasure_hand_out"), *super().get_urls()]

    def _list_links(self, request: HttpRequest) -> list[dict[str, str]]:
        links = super()._list_links(request)
        if companies_to_act_in(request, action=EXPORT_SUBJECT):
            links.append({"title": HAND_OUT, "url": reverse("admin:audit_erasure_hand_out")})
        return links


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


@admin.register(RetentionNight)
class RetentionNightAdmin(PlatformModelAdmin):
    """Each night in which the rules were applied, also one in which nothing was due."""

    policy_action = READ_GOVERNANCE
    list_display = ("ran_at", "company_count", "failed_count", "done_count", "held_count", "left_count")
    fields = (
        "ran_at",
        "version_number",
        "company_count",
        "refused_count",
        "failed_count",
        "done_count",
        "held_count",
        "left_count",
        "counts",
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
