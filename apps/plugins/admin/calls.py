# SPDX-License-Identifier: Apache-2.0
"""Calls of plugins in the administration: what each did, said and cost, and how plugins do."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from apps.plugins.adapters.policy_entities_of_calls import READ_CALLS
from apps.plugins.admin.health_bars import by_day
from apps.plugins.models import PluginCall, PluginRun
from apps.plugins.selectors.health import DAYS, plugin_health
from cortex.backoffice.access import readable_companies
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.refusing import refuse_this_page
from cortex.policy.declarations import policy_action
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy.companies import company_with_id


@admin.register(PluginCall)
class PluginCallAdmin(ReadOnlyModelAdmin):
    """Calls, the newest first; logs and tracebacks may hold what a company wrote into its books."""

    policy_action = READ_CALLS
    is_of_the_platform = False
    looks_leave_leaves = True
    list_before_template = "admin/plugin_calls_before.html"
    list_display = (
        "started_at",
        "plugin_id",
        "version",
        "handler",
        "trigger",
        "outcome_told",
        "milliseconds",
        "fuel",
        "company",
    )
    list_filter = (
        ("started_at", RangeDateFilter),
        ("company", AutocompleteSelectFilter),
        "trigger",
    )
    list_select_related = ("company",)
    search_fields = ("plugin_id__exact", "outcome__exact", "trigger_id__exact")
    search_help_text = "The whole id of a plugin, code of an outcome, or id of a trigger"
    fields = (
        "id",
        "company",
        "plugin_id",
        "version",
        "handler",
        "trigger",
        "trigger_id",
        "called_by",
        "started_at",
        "milliseconds",
        "fuel",
        "memory_bytes",
        "host_calls",
        "outcome_told",
        "message",
        "traceback_shown",
        "lines_shown",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """Add the page of health and cost."""
        page = policy_action(READ_CALLS)(self.admin_site.admin_view(self.health))
        return [path("health/", page, name="plugins_plugincall_health"), *super().get_urls()]

    def health(self, request: HttpRequest) -> HttpResponse:
        """Show how the plugins of the person's companies did in the last days."""
        if not self.has_view_permission(request):
            refuse_this_page(request)
        now = get(Clock).now()
        companies = [
            {
                "company": company_with_id(company_id=company_id),
                "plugins": [
                    {"health": each, "bars": by_day(each)}
                    for each in plugin_health(company_id=company_id, at=now)
                ],
            }
            for company_id in readable_companies(request, action=READ_CALLS)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Health and cost of plugins",
            "days": DAYS,
            "companies": companies,
        }
        return TemplateResponse(request, "admin/plugin_health.html", context)

    @admin.display(description="Outcome")
    def outcome_told(self, call: PluginCall) -> str:
        """Return the code of the failure, or that it answered."""
        return call.outcome or "answered"

    @admin.display(description="Traceback")
    def traceback_shown(self, call: PluginCall) -> SafeString | str:
        """Return the lines of the plugin's author."""
        return format_html("<pre>{}</pre>", call.traceback) if call.traceback else "none"

    @admin.display(description="Log")
    def lines_shown(self, call: PluginCall) -> SafeString | str:
        """Return what the plugin told its log."""
        lines = format_html_join("\n", "{} {}", ((f"{level:7}", text) for level, text in call.lines))
        return format_html("<pre>{}</pre>", lines) if call.lines else "none"


@admin.register(PluginRun)
class PluginRunAdmin(ReadOnlyModelAdmin):
    """What waits for plugins and what became of it; what they were given stands with the event itself."""

    policy_action = READ_CALLS
    is_of_the_platform = False
    list_display = ("queued_at", "installation", "trigger", "trigger_id", "state", "error", "company")
    list_filter = (("queued_at", RangeDateFilter), ("company", AutocompleteSelectFilter), "state", "trigger")
    list_select_related = ("company", "installation")
    search_fields = ("trigger_id__exact",)
    search_help_text = "The whole id of a trigger"
    fields = (
        "id",
        "company",
        "installation",
        "trigger",
        "trigger_id",
        "handler",
        "hops",
        "state",
        "attempts",
        "queued_at",
        "ended_at",
        "error",
    )
    readonly_fields = fields
