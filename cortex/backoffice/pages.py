# SPDX-License-Identifier: Apache-2.0
"""Pages of the administration that show no model: each names its action and asks for it first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from cortex.backoffice.access import readable_companies
from cortex.backoffice.refusing import refuse
from cortex.identity.principals import principal_of
from cortex.policy.declarations import policy_action
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.registry import get

PageView = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: whoever may do one of `actions` somewhere is let in, and the view asks for the company."""

    route: str
    name: str
    view: PageView
    actions: tuple[str, ...]
    methods: tuple[str, ...] = ("GET",)

    def served(self, site: AdminSite) -> PageView:
        """Return the view as the site serves it."""

        @policy_action(self.actions[0])
        def serve(request: HttpRequest, **parts: Any) -> HttpResponse:
            if request.method not in (*self.methods, "HEAD"):
                return HttpResponseNotAllowed(self.methods)
            if not is_let_in(request, self.actions):
                refuse(request, action=self.actions[0])
            return self.view(site, request, **parts)

        return serve


def is_let_in(request: HttpRequest, actions: tuple[str, ...]) -> bool:
    """Return whether the person may do one of these in some company, or on the platform."""
    return any(
        may_on_platform(request, action=action) or readable_companies(request, action=action)
        for action in actions
    )


def may_on_platform(request: HttpRequest, *, action: str) -> bool:
    """Return whether the person may do what belongs to no company."""
    return get(Authorizer).decide(principal=principal_of(request), action=action, company_id=None).is_allowed


def is_open(request: HttpRequest, *, action: str, about: Resource | None = None) -> bool:
    """Return whether the person may do it on the platform, or will be told what stands in the way.

    Whoever has to sign in again, or to find a second person, sees the verb, and is told then.
    """
    decided = get(Authorizer).decide(
        principal=principal_of(request), action=action, company_id=None, resource=about
    )
    return decided.is_allowed or (bool(decided.needs) and decided.needs <= {"step_up", "approval"})


def shown(
    site: AdminSite, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page inside the frame of the administration."""
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)
