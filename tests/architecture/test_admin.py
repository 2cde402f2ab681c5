# SPDX-License-Identifier: Apache-2.0
"""The back office shows; what it may do names its permission and refuses GET."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.sites import UnfoldAdminSite

from apps.audit.domain.governance.packaged import PACKAGED
from cortex.identity.models import User
from tests.factories.people import create_user

# Reached by a link, so that a page of another site could make a browser follow it.
LINKED = ("actions_list", "actions_detail", "actions_row")
SUBMITTED = ("actions_submit_line", "actions")
READ_ONLY_CONTEXTS = {"accounting", "audit", "events"}
# Tables without a page of their own, and the page that shows their texts.
TEXTS_STAND_ON = {
    "accounting.JournalEntryText": "accounting.JournalEntry",
    "approvals.Comment": "approvals.Proposal",
}
# Letters are sealed and then forgotten; of details the administration shows commitments alone.
ON_NO_PAGE = {"audit.AuditDetail", "identity.AskedReset", "mail.Letter", "plugins.StoredValue"}
ABSENT = "00000000-0000-7000-8000-000000000000"

Site = admin.AdminSite


def actions_of(page: BaseModelAdmin, kinds: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield (name, function) for each action of these kinds; those of a drop-down stand one level deeper."""
    for kind in kinds:
        for entry in getattr(page, kind, ()) or ():
            for name in entry["items"] if isinstance(entry, dict) else [entry]:
                method = name if callable(name) else getattr(page, name)
                yield f"{type(page).__name__}.{getattr(name, '__name__', name)}", method


def unguarded_actions(site: Site) -> list[str]:
    """Return the actions that anybody who sees the page may run."""
    return [
        name
        for page in site._registry.values()
        for name, method in actions_of(page, LINKED + SUBMITTED)
        if not getattr(method, "allowed_permissions", None)
    ]


def actions_by_get(site: Site, user: User) -> list[str]:
    """Return the linked actions that do something when they are only looked at."""
    request = RequestFactory().get("/admin/")
    request.user = user
    return [
        name
        for page in site._registry.values()
        for kind in LINKED
        for name, method in actions_of(page, (kind,))
        if not isinstance(_called(method, kind, request), HttpResponseNotAllowed)
    ]


def columns_asked(site: Site, request: HttpRequest) -> list[str]:
    """Return the columns that a list answers about though no filter of its page offers them."""
    return [
        f"{page.opts.label}.{field.name}"
        for page in site._registry.values()
        for field in page.opts.concrete_fields
        if field.name not in str(page.get_list_filter(request))
        and any(
            page.lookup_allowed(lookup, "a", request)
            for lookup in (field.name, field.attname, f"{field.name}__startswith")
        )
    ]


def _called(method: Callable[..., Any], kind: str, request: HttpRequest) -> Any:
    return method(request) if kind == "actions_list" else method(request, object_id=ABSENT)


def an_operator() -> User:
    return create_user(username="operator", is_platform_administrator=True)


class TestAdmin:
    def test_has_no_action_without_a_permission(self) -> None:
        assert unguarded_actions(admin.site) == []

    @pytest.mark.django_db
    def test_has_no_action_that_a_link_could_run(self) -> None:
        assert actions_by_get(admin.site, an_operator()) == []

    def test_answers_about_no_column_that_its_filters_do_not_offer(self) -> None:
        request = RequestFactory().get("/admin/")
        request.user = User(username="operator")
        assert columns_asked(admin.site, request) == []

    def test_looks_the_same_everywhere(self) -> None:
        plain = [
            model.__name__
            for model, shown in admin.site._registry.items()
            if not isinstance(shown, ModelAdmin)
        ]
        assert plain == []

    @pytest.mark.django_db
    def test_changes_nothing_that_was_posted_logged_or_published(self) -> None:
        request = RequestFactory().get("/admin/")
        request.user = an_operator()
        writable = [
            model._meta.label
            for model, shown in admin.site._registry.items()
            if model._meta.app_label in READ_ONLY_CONTEXTS
            if shown.has_add_permission(request)
            or shown.has_change_permission(request)
            or shown.has_delete_permission(request)
        ]
        assert writable == []


def texts_that_leave_no_looks(site: Site) -> list[str]:
    """Return the pages of what the rules of governance name, or on which its texts stand, without looks."""
    named = {rule.field.rpartition(".")[0] for rule in PACKAGED.fields}
    shown = {TEXTS_STAND_ON.get(label, label) for label in named}
    return [
        page.opts.label
        for page in site._registry.values()
        if page.opts.label in shown and not getattr(page, "looks_leave_leaves", False)
    ]


class TestLooks:
    def test_leave_leaves_on_each_page_of_what_the_rules_of_governance_name(self) -> None:
        assert texts_that_leave_no_looks(admin.site) == []

    def test_are_known_for_each_field_that_the_rules_name(self) -> None:
        """A rule about a table without a page of its own says above where its texts stand, if anywhere."""
        named = {rule.field.rpartition(".")[0] for rule in PACKAGED.fields}
        pages = {page.opts.label for page in admin.site._registry.values()}
        assert named - pages == TEXTS_STAND_ON.keys() | ON_NO_PAGE

    def test_that_leave_none_are_found(self) -> None:
        site = UnfoldAdminSite(name="careless")
        site.register(User, ModelAdmin)
        assert texts_that_leave_no_looks(site) == ["identity.User"]


class TestCarelessAction:
    @pytest.fixture
    def careless_site(self) -> Site:
        class CarelessAdmin(ModelAdmin):
            actions_list = ("post_everything",)

            @action(description="Post everything")
            def post_everything(self, request: HttpRequest) -> HttpResponse:
                return HttpResponse("posted")

        site = UnfoldAdminSite(name="careless")
        site.register(User, CarelessAdmin)
        return site

    def test_without_a_permission_is_found(self, careless_site: Site) -> None:
        assert unguarded_actions(careless_site) == ["CarelessAdmin.post_everything"]

    def test_run_by_a_link_is_found(self, careless_site: Site) -> None:
        assert actions_by_get(careless_site, User()) == ["CarelessAdmin.post_everything"]
