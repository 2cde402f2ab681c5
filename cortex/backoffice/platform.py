# SPDX-License-Identifier: Apache-2.0
"""Pages of what belongs to no company: the authorizer is asked for the platform, and for the row itself."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.backoffice.pages import is_open, may_on_platform
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.refusing import refuse
from cortex.backoffice.verbs import PageVerb, PlatformVerb, RowVerb, VerbsModelAdmin
from cortex.identity.principals import principal_of
from cortex.policy.declarations import policy_action


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
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each verb that concerns no row."""
        pages = [
            path(
                f"{verb.name}/",
                self.admin_site.admin_view(never_cache(self._platform_view(verb))),
                name=self._route(verb),
            )
            for verb in self.platform_verbs
        ]
        return [*pages, *super().get_urls()]

    def _list_links(self, request: HttpRequest) -> list[dict[str, str]]:
        links = [(title, name) for title, name, action in self.page_links if is_open(request, action=action)]
        verbs = [
            (verb.title, self._route(verb))
            for verb in self.platform_verbs
            if is_open(request, action=verb.action)
        ]
        return [{"title": title, "url": reverse(f"admin:{name}")} for title, name in (*links, *verbs)]

    def _may(self, request: HttpRequest, verb: RowVerb | PageVerb, row: Any) -> bool:
        # Who may is asked before how the row stands: each page asks what it declares, whatever it shows.
        return is_open(request, action=verb.action, about=self.about(row)) and verb.applies(row)

    def _platform_view(self, verb: PlatformVerb) -> Callable[..., HttpResponse]:
        @policy_action(verb.action)
        def view(request: HttpRequest) -> HttpResponse:
            if not is_open(request, action=verb.action):
                refuse(request, action=verb.action)
            told = {name: request.GET[name] for name in verb.from_address if name in request.GET}
            form = verb.form(request.POST if request.method == "POST" else None, initial=told)
            return self._answer(request, verb, form, lambda given: verb.do(principal_of(request), given))

        return view
