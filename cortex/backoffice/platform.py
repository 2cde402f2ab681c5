# SPDX-License-Identifier: Apache-2.0
"""Pages of what belongs to no company: the authorizer is asked for the platform, and for the row itself."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.backoffice.pages import may_on_platform
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.verbs import PageVerb, RowVerb, VerbsModelAdmin
from cortex.identity.principals import principal_of
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.registry import get


class PlatformModelAdmin(ReadOnlyModelAdmin):
    """Shows rows of the platform to those who may do `policy_action` there."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask for the platform."""
        return self.policy_action is not None and may_on_platform(request, action=self.policy_action)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all rows, or none."""
        rows: QuerySet[Any] = super(BoundedModelAdmin, self).get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()


class PlatformVerbsModelAdmin(PlatformModelAdmin, VerbsModelAdmin):
    """The same with verbs; `page_links` (title, name of the route, action) stand above the list."""

    page_links: tuple[tuple[str, str, str], ...] = ()

    def _list_links(self, request: HttpRequest) -> list[dict[str, str]]:
        return [
            {"title": title, "url": reverse(f"admin:{name}")}
            for title, name, action in self.page_links
            if may_on_platform(request, action=action)
        ]

    def about(self, row: Any) -> Resource | None:
        """Return the row as policies see it."""
        return None

    def _may(self, request: HttpRequest, verb: RowVerb | PageVerb, row: Any) -> bool:
        decided = get(Authorizer).decide(
            principal=principal_of(request), action=verb.action, company_id=None, resource=self.about(row)
        )
        # Whoever only has to sign in again sees the verb, and is asked then.
        return verb.applies(row) and (decided.is_allowed or decided.needs == {"step_up"})
