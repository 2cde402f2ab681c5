# SPDX-License-Identifier: Apache-2.0
"""The admin site: each page runs in one transaction that sees the companies of the person and no others."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from unfold.sites import UnfoldAdminSite

from cortex.backoffice.access import companies_of
from cortex.backoffice.page_list import PAGES
from cortex.backoffice.providers import providers_page
from cortex.backoffice.refusing import DenialIsRecorded, record_denial_of_page, refuse, refuse_this_page
from cortex.database.transactions import transactional
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.identity.principals import principal_of
from cortex.policy.askers import open_to
from cortex.policy.declarations import policy_action, signed_in
from cortex.tenancy import scope

View = Callable[..., HttpResponseBase]
# Pages that the library brings and that belong to no model, by name: why staff alone is asked of each.
OF_THE_SITE: dict[str | None, str] = {
    "index": "lists the pages that the person may open; each asks",
    "app_list": "the same for one part of the program",
    "search": "finds pages that the person may open; each asks",
    "autocomplete": "asks the page of the model whose rows it offers",
    "jsi18n": "words of the library's scripts",
    "logout": "ends one's own session",
    "password_change": "leads to one's own account",
    "password_change_done": "leads to one's own account",
    "view_on_site": "leads from a row to its page outside; no model here has one",
    # The one without a name.
    None: "answers that there is no such page, or adds a slash",
}


class BackofficeSite(UnfoldAdminSite):
    """Unfold's site, with scope and transaction around every view."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # One click that deletes many rows would pass by the services of their rooms.
        self.disable_action("delete_selected")

    def get_urls(self) -> list[Any]:
        """Return the pages of models, and those that show no model."""
        providers = self.admin_view(policy_action(LOOK_AT_PLATFORM)(partial(providers_page, self)))
        ours = [path(page.route, self.admin_view(page.served(self)), name=page.name) for page in PAGES]
        of_the_library = [_declared(entry) for entry in super().get_urls()]
        return [path("providers/", providers, name="providers"), *ours, *of_the_library]

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
        return _at_the_door(self, guarded)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """Offer rows to choose from, to whoever may see the page of their model."""
        return RowsToChoose.as_view(admin_site=self)(request)


class RowsToChoose(AutocompleteJsonView):
    """The library's, which refuses what the page of the model refuses."""

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return true, or refuse the action of the model's page."""
        if not super().has_perm(request, obj):
            refuse(request, action=getattr(self.model_admin, "policy_action", None) or LOOK_AT_PLATFORM)
        return True


def _declared(entry: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Say of a page of the site itself why it asks for staff alone; what is not named here stays unsaid."""
    if isinstance(entry, URLPattern) and entry.name in OF_THE_SITE:
        signed_in(OF_THE_SITE[entry.name])(entry.callback)
    return entry


def _at_the_door(site: BackofficeSite, view: View) -> View:
    """Record that somebody who is signed in is sent away from the administration as a whole."""

    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not site.has_permission(request):
            record_denial_of_page(request)
        return view(request, *args, **kwargs)

    return call


def _in_scope(view: View) -> View:
    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with scope(companies_of(request)):
            try:
                return _answer(view, request, *args, **kwargs)
            except DenialIsRecorded:
                raise
            except PermissionDenied:
                # The library's own pages ask our models, and refuse in their own words.
                refuse_this_page(request)

    return call


@transactional
def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    response = view(request, *args, **kwargs)
    # The admin's templates read rows, so they are written while those can still be seen.
    render = getattr(response, "render", None)
    return response if render is None else render()
