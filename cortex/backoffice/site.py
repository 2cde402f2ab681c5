# SPDX-License-Identifier: Apache-2.0
"""The admin site: each page runs in one transaction that sees the companies of the person and no others."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from unfold.sites import UnfoldAdminSite

from cortex.backoffice.access import companies_of
from cortex.backoffice.page_list import PAGES
from cortex.backoffice.providers import providers_page
from cortex.database.transactions import transactional
from cortex.identity.principals import principal_of
from cortex.policy.askers import open_to
from cortex.tenancy import scope

View = Callable[..., HttpResponseBase]


class BackofficeSite(UnfoldAdminSite):
    """Unfold's site, with scope and transaction around every view."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # One click that deletes many rows would pass by the services of their rooms.
        self.disable_action("delete_selected")

    def get_urls(self) -> list[Any]:
        """Return the pages of models, and those that show no model."""
        providers = self.admin_view(partial(providers_page, self))
        ours = [path(page.route, self.admin_view(page.served(self)), name=page.name) for page in PAGES]
        return [path("providers/", providers, name="providers"), *ours, *super().get_urls()]

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the page of one's own account: the library's asks for the old password and nothing else."""
        return redirect("accounts:password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the same page."""
        return redirect("accounts:password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add what the person has opened in an emergency: every page says so."""
        opened = open_to(principal_of(request)) if request.user.is_authenticated else []
        return {**super().each_context(request), "emergencies": opened}

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Return the view for staff only, inside scope and transaction."""
        guarded: View = super().admin_view(_in_scope(view), cacheable)
        return guarded


def _in_scope(view: View) -> View:
    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with scope(companies_of(request)):
            return _answer(view, request, *args, **kwargs)

    return call


@transactional
def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    response = view(request, *args, **kwargs)
    # The admin's templates read rows, so they are written while those can still be seen.
    render = getattr(response, "render", None)
    return response if render is None else render()
