# SPDX-License-Identifier: Apache-2.0
"""Limits of entries: from which amount a second person is asked, as each company has set it."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cortex.approvals.actions import READ_LIMITS
from cortex.approvals.models import EntryLimit
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.models import User


@admin.register(EntryLimit)
class EntryLimitAdmin(ReadOnlyModelAdmin):
    """Limits are set on the company's own page, where amounts are typed as people write them."""

    looks_leave_leaves = True
    policy_action = READ_LIMITS
    list_display = ("company", "subject", "entry_limit_minor", "changed_at", "page")
    list_select_related = ("company",)
    list_display_links = ("subject",)
    fields = list_display
    readonly_fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the limits with the names of members: a limit knows its member by id alone."""
        names = User.objects.filter(id=OuterRef("user_id")).values("username")
        rows: QuerySet[Any] = super().get_queryset(request).annotate(username=Subquery(names))
        return rows

    @admin.display(description="of")
    def subject(self, limit: Any) -> str:
        """Return the role, or the member by name."""
        return f"role {limit.role}" if limit.user_id is None else limit.username or "somebody"

    @admin.display(description="set it")
    def page(self, limit: EntryLimit) -> SafeString:
        """Return the link to the page where it is set."""
        return format_html(
            '<span class="cx-page"><a href="/books/{0}/approvals/limits/">Limits of {0}</a></span>',
            limit.company.code,
        )
