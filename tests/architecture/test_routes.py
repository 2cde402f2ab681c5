# SPDX-License-Identifier: Apache-2.0
"""Every route declares who may use it, and what it declares fits what it does."""

from collections.abc import Callable, Iterator
from types import ModuleType

from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django import Settings

from cortex.policy.actions import declared_action
from cortex.policy.declarations import policy_action
from cortex.policy.routes import DECLARED_HERE, Route, all_routes, undeclared_routes, unknown_actions

# A new public or merely signed-in route is a decision, and is made here as well.
ENTRANCE = {
    "accounts/federation/<str:provider_id>/begin/",
    "accounts/federation/<str:provider_id>/callback/",
    "accounts/invitations/<uuid:company_id>/<str:token>/",
    "accounts/password-reset/",
    "accounts/password-reset/<str:token>/",
    "accounts/login/",
    "accounts/logout/",
    "accounts/one-time/<str:token>/",
    "accounts/passkey/challenge/",
    "accounts/passkey/sign-in/",
    "accounts/second-factor/",
}
OWN_ACCOUNT = {
    "accounts/security/federation/<str:provider_id>/link/",
    "accounts/security/federation/<str:provider_id>/unlink/",
    "accounts/confirm/",
    "accounts/federation/<str:provider_id>/confirm/",
    "accounts/second-factor/add/",
    "accounts/security/",
    "accounts/security/app/begin/",
    "accounts/security/app/confirm/",
    "accounts/security/factors/<int:factor_id>/remove/",
    "accounts/security/passkeys/add/",
    "accounts/security/passkeys/options/",
    "accounts/security/password/",
    "accounts/security/programs/",
    "accounts/security/programs/<uuid:authorization_id>/end/",
    "accounts/security/recovery-codes/",
    "accounts/security/sessions/<uuid:session_id>/end/",
    "accounts/security/sessions/end-others/",
}
_VERSION = "marketplace/plugins/<str:plugin_id>/versions/<str:version_text>/"
# What is released is for everybody to see before they install it.
MARKETPLACE = {
    *("marketplace/", "marketplace/plugins/<str:plugin_id>/", "marketplace/publishers/<str:namespace>/"),
    *(_VERSION, f"{_VERSION}release.json", f"{_VERSION}proof.zip"),
}
_MINE, _KEYS = "marketplace/mine/", "publishers/<str:namespace>/keys"
# Services ask whose publisher or submission it is; what is out is public.
OWN_PUBLISHER = {
    *(_MINE, f"{_MINE}publishers/", f"{_MINE}submit/", f"{_MINE}{_KEYS}/"),
    *(f"{_MINE}{_KEYS}/<str:keyid>/{verb}/" for verb in ("verify", "revoke")),
    *(f"{_MINE}submissions/<uuid:submission_id>/{page}" for page in ("", "bundle/", "confirm/")),
    *(f"{_VERSION}report/", f"{_VERSION}withdraw/"),
    *(f"api/v1/marketplace/{path}" for path in ("plugins", "plugins/<str:plugin_id>", "publishers", _KEYS)),
    *(f"api/v1/marketplace/{_KEYS}/<str:keyid>:{verb}" for verb in ("verify", "revoke")),
    "api/v1/marketplace/submissions",
    *(f"api/v1/marketplace/submissions/<uuid:submission_id>{end}" for end in ("", "/bundle", ":confirm")),
}
PUBLIC = (
    ENTRANCE
    | MARKETPLACE
    | {
        "",
        "api/v1/docs/",
        "api/v1/schema/",
        "health/live",
        "health/ready",
        "health/startup",
        "log/checkpoint",
        "log/tile/<int:level>/<path:tile_name>",
        "marketplace/tuf/metadata/<str:metadata_name>",
        "marketplace/tuf/targets/<path:target_name>",
        "metrics",
    }
)
OF_PROGRAMS = {
    ".well-known/oauth-authorization-server/o",
    "o/.well-known/jwks.json",
    "o/.well-known/oauth-authorization-server",
    "o/.well-known/openid-configuration",
    *("o/device-authorization/", "o/introspect/", "o/logout/", "o/revoke_token/", "o/token/", "o/userinfo/"),
}
SIGNED_IN = OWN_ACCOUNT | OWN_PUBLISHER | {"api/v1/companies", "books/", "o/authorize/", "o/device/"}
ASKED_BY_LIBRARIES = {"admin/login/", "static/"}
# Pages of the administration are listed by name beside their site: see test_admin_routes.
ADMINISTRATION = "admin/"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def answered_methods(route: Route) -> set[str]:
    """Return the methods that a view class answers; a plain function answers what it declares."""
    declaration = route.declaration
    declared = set(declaration.actions or {}) - {"*"} if declaration else set()
    view = getattr(route.view, "cls", None) or getattr(route.view, "view_class", None)
    names = {name for name in ("get", *map(str.lower, UNSAFE)) if hasattr(view, name)}
    return {name.upper() for name in names} | declared


def declared_routes() -> Iterator[tuple[Route, str, str]]:
    """Yield (route, method, action) for everything that declares an action."""
    for route in all_routes():
        declaration = route.declaration
        if declaration and declaration.kind == "action":
            for method in sorted(answered_methods(route)):
                action = declaration.action_for(method)
                assert action is not None, f"{method} {route.path} declares no action"
                yield route, method, action


def routes_of_kind(kind: str) -> set[str]:
    return {route.path for route in all_routes() if route.declaration and route.declaration.kind == kind}


class TestDeclaration:
    def test_is_made_by_every_route(self) -> None:
        assert undeclared_routes() == []

    def test_names_an_action_that_exists(self) -> None:
        assert unknown_actions() == []

    def test_opens_to_everybody_what_is_listed_and_nothing_else(self) -> None:
        assert routes_of_kind("public") == PUBLIC | OF_PROGRAMS
        assert set(DECLARED_HERE) == ASKED_BY_LIBRARIES

    def test_opens_to_anybody_signed_in_what_is_listed_and_nothing_else(self) -> None:
        found = routes_of_kind("signed_in")
        assert {path for path in found if not path.startswith(ADMINISTRATION)} == SIGNED_IN

    def test_needs_a_writing_action_for_an_unsafe_method(self) -> None:
        readers = [
            f"{method} {route.path} needs {action}"
            for route, method, action in declared_routes()
            if method in UNSAFE and declared_action(action).is_read
        ]
        assert readers == []

    def test_of_the_api_needs_only_a_reading_action_to_read(self) -> None:
        writers = [
            f"GET {route.path} needs {action}"
            for route, method, action in declared_routes()
            if method == "GET" and route.path.startswith("api/") and not declared_action(action).is_read
        ]
        assert writers == []


def program_with(view: Callable[[HttpRequest], HttpResponse]) -> ModuleType:
    """Return URLs of a program whose one route leads to the view."""
    urls = ModuleType("urls_of_a_test")
    urls.urlpatterns = [path("books/DEMO/secret", view)]  # type: ignore[attr-defined]
    return urls


class TestUndeclaredRoute:
    def test_is_found_wherever_it_stands(self, settings: Settings) -> None:
        settings.ROOT_URLCONF = program_with(lambda request: HttpResponse())
        assert undeclared_routes() == ["books/DEMO/secret"]

    def test_is_found_when_its_action_was_never_declared(self, settings: Settings) -> None:
        secret = policy_action("accounting.journal_entry.forget")(lambda request: HttpResponse())
        settings.ROOT_URLCONF = program_with(secret)
        assert unknown_actions() == [("books/DEMO/secret", "accounting.journal_entry.forget")]
