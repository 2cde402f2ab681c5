# SPDX-License-Identifier: Apache-2.0
"""Every page of the administration says what it asks, and a new one that says nothing is found."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.decorators import action as linked_action

from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.site import OF_THE_SITE, BackofficeSite
from cortex.backoffice.verbs import VerbsModelAdmin
from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.policy.actions import declared_action
from cortex.policy.declarations import Declaration, policy_action
from cortex.policy.routes import Route, all_routes

# What stands before the site: the one sign-in of all rooms.
SIGN_IN = "admin/login/"
# Each model has these pages of the library, by what they declare.
OF_A_MODEL = {
    "changelist": "action",
    "change": "action",
    "history": "action",
    "add": "closed",
    "delete": "closed",
}


def admin_routes() -> list[Route]:
    return [route for route in all_routes() if route.path.startswith("admin/")]


def silent(site: admin.AdminSite) -> set[str]:
    """Return the routes of a site that say nothing of their access, as paths below it."""
    return {
        route.path for pattern in site.get_urls() for route in _routes(pattern) if route.declaration is None
    }


def _routes(pattern: object) -> Iterator[Route]:
    if isinstance(pattern, URLPattern):
        yield Route(path=str(pattern.pattern), view=pattern.callback)
        return
    prefix = str(pattern.pattern)  # type: ignore[attr-defined]
    yield from all_routes(pattern, prefix)  # type: ignore[arg-type]


def model_pages() -> Iterator[tuple[ReadOnlyModelAdmin, str, Declaration | None]]:
    """Yield each page that the library brings for each model, by its name, and what it declares."""
    for page in admin.site._registry.values():
        for pattern in page.get_urls():
            name = (pattern.name or "").removeprefix(f"{page.opts.app_label}_{page.opts.model_name}_")
            if name in OF_A_MODEL:
                yield page, name, Route(path="", view=pattern.callback).declaration


class TestEveryPage:
    def test_says_what_it_asks(self) -> None:
        silent_ones = {route.path for route in admin_routes() if route.declaration is None}
        assert silent_ones == {SIGN_IN}

    def test_names_an_action_that_is_declared(self) -> None:
        actions = [
            action
            for route in admin_routes()
            if route.declaration is not None
            for action in (route.declaration.actions or {}).values()
        ]
        assert len(actions) > 250
        assert {declared_action(action).code for action in actions} == set(actions)

    def test_says_why_where_it_names_none(self) -> None:
        without = [
            declared
            for declared in (route.declaration for route in admin_routes())
            if declared and not declared.actions
        ]
        assert all(declared.reason for declared in without)
        assert {declared.kind for declared in without} == {"signed_in", "closed"}

    def test_of_the_site_itself_asks_for_staff_alone_and_stands_in_its_list(self) -> None:
        of_models = len(admin.site._registry)
        told = Counter(
            route.declaration.reason
            for route in admin_routes()
            if route.declaration is not None and route.declaration.kind == "signed_in"
        )
        assert told.pop("leads to the page of the row, which asks") == of_models
        assert told == Counter(OF_THE_SITE.values())

    def test_of_a_model_asks_for_the_models_own_action(self) -> None:
        found = Counter[str]()
        for page, name, declared in model_pages():
            assert declared is not None
            assert declared.kind == OF_A_MODEL[name], f"{page}.{name}"
            if declared.kind == "action":
                assert declared.action_for("GET") == (page.policy_action or LOOK_AT_PLATFORM)
            found[name] += 1
        assert found == dict.fromkeys(OF_A_MODEL, len(admin.site._registry))

    def test_of_a_verb_asks_for_the_verbs_action(self) -> None:
        verbs = 0
        for page in admin.site._registry.values():
            if not isinstance(page, VerbsModelAdmin):
                continue
            by_name = {pattern.name: pattern.callback for pattern in page.get_urls()}
            for verb in (*page.row_verbs, *page.list_verbs, *getattr(page, "platform_verbs", ())):
                declared = Route(path="", view=by_name[page._route(verb)]).declaration
                assert declared is not None
                assert declared.action_for("POST") == verb.action
                verbs += 1
        assert verbs > 50

    @pytest.mark.parametrize("permission", ["add", "change", "delete"])
    def test_that_is_closed_refuses_everybody(self, permission: str) -> None:
        refusing = getattr(ReadOnlyModelAdmin, f"has_{permission}_permission")
        others = [
            page.opts.label
            for page in admin.site._registry.values()
            if getattr(type(page), f"has_{permission}_permission") is not refusing
        ]
        assert others == []


def page_of(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class TestNewPage:
    def test_of_a_model_is_found_until_it_says_what_it_asks(self) -> None:
        class Careless(ReadOnlyModelAdmin):
            def get_urls(self) -> list[URLPattern]:
                view = self.admin_site.admin_view(partial(page_of))
                asking = self.admin_site.admin_view(policy_action(LOOK_AT_PLATFORM)(partial(page_of)))
                return [path("secret/", view), path("shown/", asking), *super().get_urls()]

        site = BackofficeSite(name="careless")
        site.register(User, Careless)
        assert silent(site) == {"identity/user/secret/", "login/"}

    def test_by_a_linked_action_of_the_library_is_found(self) -> None:
        class Careless(ReadOnlyModelAdmin):
            actions_list = ("post_everything",)

            @linked_action(description="Post everything", permissions=["view"])
            def post_everything(self, request: HttpRequest) -> HttpResponse:
                return HttpResponse("posted")

        site = BackofficeSite(name="careless")
        site.register(User, Careless)
        assert [found for found in silent(site) if "post" in found]

    def test_of_the_site_is_found(self) -> None:
        class Careless(BackofficeSite):
            def extra_urls(self) -> list[URLPattern]:
                return [path("secret/", self.admin_view(page_of), name="secret")]

        assert silent(Careless(name="careless")) == {"secret/", "login/"}
