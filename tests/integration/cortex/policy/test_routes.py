# SPDX-License-Identifier: Apache-2.0
"""Every route tells who may use it."""

import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django.fixtures import Settings

from cortex.policy.declarations import declaration_of, policy_action, public, signed_in
from cortex.policy.routes import all_routes, undeclared_routes, unknown_actions


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@policy_action("accounting.books.burn")
def burning(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("silent", silent), path("burning", burning)]


class TestRoutes:
    def test_are_all_declared(self) -> None:
        assert undeclared_routes() == []
        assert unknown_actions() == []

    def test_are_really_walked(self) -> None:
        paths = {route.path for route in all_routes()}
        assert {"api/v1/companies", "health/ready", "o/token/", "accounts/login/"} <= paths

    def test_that_are_silent_or_ask_for_nothing_known_stop_the_program(self, settings: Settings) -> None:
        settings.ROOT_URLCONF = __name__
        assert undeclared_routes() == ["silent"]
        assert unknown_actions() == [("burning", "accounting.books.burn")]
        assert [found.id for found in run_checks(tags=["security"])] == ["policy.E001", "policy.E002"]


class TestDeclaration:
    def test_maps_methods_to_actions(self) -> None:
        view = policy_action(GET="accounting.books.read", post="accounting.journal_entry.post")(lambda: None)
        declared = declaration_of(view)
        assert declared is not None
        assert declared.action_for("get") == "accounting.books.read"
        assert declared.action_for("POST") == "accounting.journal_entry.post"
        assert declared.action_for("DELETE") is None

    @pytest.mark.parametrize(("declare", "kind"), [(public, "public"), (signed_in, "signed_in")])
    def test_says_why_no_action_is_needed(self, declare, kind: str) -> None:  # type: ignore[no-untyped-def]
        declared = declaration_of(declare("because")(lambda: None))
        assert declared is not None
        assert (declared.kind, declared.reason, declared.action_for("GET")) == (kind, "because", None)
