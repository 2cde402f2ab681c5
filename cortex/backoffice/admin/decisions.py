# SPDX-License-Identifier: Apache-2.0
"""What was decided, to be searched and explained; nobody changes it."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter

from cortex.backoffice.decision_explained import action_told, actor_told, decision_explained, roles_told
from cortex.backoffice.marks import mark
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.models import User
from cortex.policy.models import PolicyDecision
from cortex.policy.policy_actions import READ_DECISIONS


@admin.register(PolicyDecision)
class PolicyDecisionAdmin(ReadOnlyModelAdmin):
    """Decisions of companies, the newest first; each is explained on its own page."""

    looks_leave_leaves = True
    policy_action = READ_DECISIONS
    list_display = ("decided_at", "answer", "action", "principal", "resource_type", "company", "reason")
    list_filter = ("is_allowed", "is_break_glass", ("decided_at", RangeDateTimeFilter))
    list_select_related = ("company",)
    search_fields = ("action",)
    search_help_text = (
        "The beginning of an action, a user's name, an actor such as user:0193…, or an object's id"
    )
    ordering = ("-id",)
    fields = (
        "decided_at",
        "company",
        "answer",
        "reason",
        "actor",
        "action_told",
        "about",
        "needs_told",
        "roles_told",
        "version",
        "is_break_glass",
        "explanation",
    )
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by what the indexes know: an actor, an object's id, or the beginning of an action."""
        term = search_term.strip()[:200]
        if not term:
            return queryset, False
        user = User.objects.filter(username=term).values_list("id", flat=True).first()
        sought = Q(principal=term) | Q(resource_id=term) | Q(action__startswith=term)
        return queryset.filter(sought | Q(principal=f"user:{user}") if user else sought), False

    @admin.display(description="answer")
    def answer(self, decision: PolicyDecision) -> SafeString:
        """Return yes or no, also by colour."""
        return mark("✓ yes", kind="good") if decision.is_allowed else mark("✕ no", kind="bad")

    @admin.display(description="who asked")
    def actor(self, decision: PolicyDecision) -> str:
        """Return the actor by name."""
        return actor_told(decision)

    @admin.display(description="action")
    def action_told(self, decision: PolicyDecision) -> str:
        """Return the action in words."""
        return action_told(decision)

    @admin.display(description="about")
    def about(self, decision: PolicyDecision) -> str:
        """Return the object."""
        return f"{decision.resource_type} {decision.resource_id}"

    @admin.display(description="needed")
    def needs_told(self, decision: PolicyDecision) -> str:
        """Return what would have made it a yes."""
        return ", ".join(decision.needs) or "–"

    @admin.display(description="roles that are let in")
    def roles_told(self, decision: PolicyDecision) -> str:
        """Return the roles each of which alone may do this now."""
        return roles_told(decision)

    @admin.display(description="why")
    def explanation(self, decision: PolicyDecision) -> SafeString:
        """Return the policies that decided, what was known, and what would be said now."""
        return decision_explained(decision)
