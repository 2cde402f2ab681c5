# SPDX-License-Identifier: Apache-2.0
"""Limits of entries: from which amount a second person is asked, as each company has set it."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cortex.approvals.actions import READ_LIMITS
from cortex.approvals.models import EntryLimit
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.models import User


@admin.register(EntryLimit)
class EntryLimitAdmin(ReadOnlyModelAdmin):
    """Limits are set on the company's own page, where amounts are typed as people write them."""

    policy_action = READ_LIMITS
    list_display = ("company", "subject", "entry_limit_minor", "changed_at", "page")
    list_select_related = ("company",)
    list_display_links = ("subject",)
    fields = list_display
    readonly_fields = list_display

    @admin.display(description="of")
    def subject(self, limit: EntryLimit) -> str:
        """Return the role, or the member by name."""
        if limit.user_id is None:
            return f"role {limit.role}"
        return User.objects.filter(id=limit.user_id).values_list("username", flat=True).first() or "somebody"

    @admin.display(description="set it")
    def page(self, limit: EntryLimit) -> SafeString:
        """Return the link to the page where it is set."""
        return format_html(
            '<span class="cx-page"><a href="/books/{0}/approvals/limits/">Limits of {0}</a></span>',
            limit.company.code,
        )
