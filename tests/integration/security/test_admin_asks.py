# SPDX-License-Identifier: Apache-2.0
"""What a page of the administration declares is what it asks: each is opened, and heard.

Whom it refuses finds a decision in the log.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path

from cortex.approvals.models import Proposal
from cortex.backoffice.actions import READ_RIGHTS
from cortex.backoffice.pages import Page, is_let_in
from cortex.backoffice.site import BackofficeSite
from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.policy import refusal_trail
from cortex.policy.authorizer import CedarAuthorizer
from cortex.policy.declarations import policy_action
from cortex.policy.routes import all_routes
from cortex.ports.authorizer import Decision
from settings import urls
from tests.architecture.doors import Door
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.policy_versions.people import fresh, simulated
from tests.integration.security.scenery import ROLES, Scenery

TESTED = "pages-of-a-test"


@contextmanager
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Listen to what a page itself asks: what stands beside every page asks for nearly all actions."""
    with monkeypatch.context() as patched, listening(monkeypatch) as actions:
        patched.setattr(BackofficeSite, "get_sidebar_list", lambda *_: [])
        patched.setattr(BackofficeSite, "get_app_list", lambda *_, **__: [])
        yield actions


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Listen to the questions of whoever is at the page; each is answered as ever."""
    actions, decide, require = set[str](), CedarAuthorizer.decide, CedarAuthorizer.require

    def decided(self: CedarAuthorizer, *, action: str, **question: Any) -> Decision:
        actions.add(action)
        return decide(self, action=action, **question)

    def required(self: CedarAuthorizer, *, action: str, **question: Any) -> None:
        actions.add(action)
        require(self, action=action, **question)

    with monkeypatch.context() as patched:
        patched.setattr(CedarAuthorizer, "decide", decided)
        patched.setattr(CedarAuthorizer, "require", required)
        yield actions


@pytest.fixture(scope="module")
def keeper(scenery: Scenery) -> User:
    """Return somebody who may enter the administration for their own company, and look after no platform."""
    user = person("keeper")
    User.objects.filter(id=user.id).update(is_staff=True)
    let_in(company_id=scenery.stage.company_id, user_id=user.id, roles=ROLES)
    with_factor(user)
    user.refresh_from_db()
    return user


@pytest.fixture(scope="module")
def of_the_platform(scenery: Scenery) -> dict[str, str]:
    """Return ids in place of those of a company's rows, by the beginning of the route."""
    simulated(fresh(scenery.mighty))
    waiting = Proposal.objects.filter(company_id=None, state=Proposal.State.WAITING).latest("id")
    return {"admin/approvals/proposal/<path:object_id>/": str(waiting.id)}


def declared_doors(doors: Iterable[Door], instead: Mapping[str, str]) -> list[tuple[Door, str]]:
    """Return each page of the administration that names an action, with the action."""
    found = []
    for door in doors:
        declared = door.route.declaration
        if door.route.path.startswith("admin/") and declared is not None and declared.kind == "action":
            action = declared.action_for("GET")
            assert action is not None, door.route.path
            found.append((_with_a_row_of_the_platform(door, instead), action))
    return found


def _with_a_row_of_the_platform(door: Door, instead: Mapping[str, str]) -> Door:
    for begin, object_id in instead.items():
        if door.route.path.startswith(begin):
            return replace(door, path=f"/{door.route.path}".replace("<path:object_id>", object_id))
    return door


def _asking_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to all of the staff")


def _asking_something_else(request: HttpRequest) -> HttpResponse:
    is_let_in(request, (LOOK_AT_PLATFORM,))
    return HttpResponse("open to all of the staff")


@pytest.fixture
def pages_of_this_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Register three pages that declare the same action; one of them asks for it."""
    guarded = Page(f"{TESTED}/it/", "asked", lambda _site, _request: HttpResponse("asked"), (READ_RIGHTS,))
    views = {
        "it": guarded.served(admin.site),
        "nothing": policy_action(READ_RIGHTS)(_asking_nothing),
        "something-else": policy_action(READ_RIGHTS)(_asking_something_else),
    }
    pages = [path(f"admin/{TESTED}/{name}/", admin.site.admin_view(view)) for name, view in views.items()]
    with monkeypatch.context() as patched:
        patched.setattr(urls, "urlpatterns", [*pages, *urls.urlpatterns])
        clear_url_caches()
        yield
    clear_url_caches()


class TestPage:
    def test_asks_what_it_declares(
        self,
        scenery: Scenery,
        keeper: User,
        of_the_platform: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        browsers = (
            scenery.browser(),
            sign_in(Client(raise_request_exception=False), keeper, methods=("pwd", "otp")),
        )
        doors = declared_doors(scenery.doors, of_the_platform)
        assert len(doors) > 250
        assert silent(browsers, doors, monkeypatch) == []

    @pytest.mark.usefixtures("pages_of_this_test")
    def test_that_asks_nothing_or_something_else_is_named(
        self, scenery: Scenery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = [Door(route=route, path=f"/{route.path}") for route in all_routes() if TESTED in route.path]
        doors = declared_doors(found, {})
        assert len(doors) == 3
        browsers = (scenery.browser(),)
        assert {client.get(door.path).status_code for client in browsers for door in found} == {200}
        assert silent(browsers, doors, monkeypatch) == [
            f"admin/{TESTED}/nothing/ declares {READ_RIGHTS}",
            f"admin/{TESTED}/something-else/ declares {READ_RIGHTS}",
        ]


class TestSideBar:
    """What stands beside every page is heard for itself: it asks for nearly all actions."""

    def test_asks_what_the_pages_declare_to_which_it_leads(
        self, scenery: Scenery, keeper: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        beside = BackofficeSite.get_sidebar_list
        asked, links = set[str](), set[str]()

        def heard_beside(self: BackofficeSite, request: HttpRequest) -> list[dict[str, Any]]:
            with listening(monkeypatch) as actions:
                groups = beside(self, request)
            asked.update(actions)
            links.update(str(item["link"]) for group in groups for item in group["items"])
            return groups

        with monkeypatch.context() as patched:
            patched.setattr(BackofficeSite, "get_sidebar_list", heard_beside)
            patched.setattr(BackofficeSite, "get_app_list", lambda *_, **__: [])
            for somebody in (scenery.mighty, keeper):
                browser = sign_in(Client(), somebody, methods=("pwd", "otp"))
                assert browser.get("/admin/").status_code == 200
        declared = {f"/{door.route.path}": action for door, action in declared_doors(scenery.doors, {})}
        assert len(links) > 40
        assert {link: declared.get(link) for link in links if declared.get(link) not in asked} == {}


def silent(
    browsers: tuple[Client, ...], doors: list[tuple[Door, str]], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Return the pages on which nobody is asked for what they declare."""
    return [
        f"{door.route.path} declares {action}"
        for door, action in doors
        if not _is_asked(browsers, door, action, monkeypatch)
    ]


def _is_asked(browsers: tuple[Client, ...], door: Door, action: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Open the page as one after the other, until somebody is asked for the action."""
    for browser in browsers:
        for open_page in (browser.get, browser.post):
            with heard(monkeypatch) as actions:
                open_page(door.path)
            if action in actions:
                return True
    return False


DENIED = "SELECT count(*) FROM policy_decision WHERE principal = %s AND NOT is_allowed"
NEWEST = """
SELECT action, company_id FROM policy_decision
WHERE principal = %s AND NOT is_allowed ORDER BY decided_at DESC, id DESC LIMIT 1
"""
LEAVES = "SELECT count(*) FROM audit_entry WHERE verb = 'policy.access.refused' AND actor = %s"


@pytest.fixture(scope="module")
def viewer(scenery: Scenery) -> User:
    """Return somebody of the company who may enter the administration, and do next to nothing in it."""
    user = person("looker")
    let_in(company_id=scenery.stage.company_id, user_id=user.id, roles=["viewer"])
    User.objects.filter(id=user.id).update(is_staff=True)
    user.refresh_from_db()
    return user


def asked_of(scenery: Scenery, user: User, question: str) -> Any:
    with psycopg.connect(scenery.clone.admin_dsn) as admin:
        return admin.execute(question, [f"user:{user.id}"]).fetchone()


def opened(scenery: Scenery, user: User) -> Iterator[tuple[str, int, int]]:
    """Yield (method and route, status, decisions that it left) of each page, opened by this person."""
    browser = sign_in(Client(raise_request_exception=False), user)
    with psycopg.connect(scenery.clone.admin_dsn, autocommit=True) as admin:
        for door in scenery.doors:
            if not door.route.path.startswith("admin/") or door.route.path.startswith("admin/log"):
                continue
            for open_page in (browser.get, browser.post):
                before = _count(admin, user)
                status = open_page(door.path).status_code
                yield f"{open_page.__name__} {door.route.path}", status, _count(admin, user) - before


def _count(admin: "psycopg.Connection[Any]", user: User) -> int:
    found = admin.execute(DENIED, [f"user:{user.id}"]).fetchone()
    assert found is not None
    return int(found[0])


class TestRefusal:
    def test_of_every_page_leaves_a_decision(self, scenery: Scenery, viewer: User) -> None:
        seen = list(opened(scenery, viewer))
        refused = [name for name, status, _left in seen if status == 403]
        assert len(refused) > 200
        assert [name for name, status, left in seen if status == 403 and left == 0] == []
        # What is shown or is not found denies nothing: menus and buttons were asked for all the same.
        assert [name for name, status, left in seen if status in (200, 404) and left > 0] == []

    def test_of_whoever_is_no_staff_leaves_one(self, scenery: Scenery) -> None:
        user = person("no-staff")
        let_in(company_id=scenery.stage.company_id, user_id=user.id, roles=["controller"])
        seen = list(opened(scenery, user))
        assert {status for _name, status, _left in seen} == {302}
        assert [name for name, _status, left in seen if left == 0] == []

    @pytest.mark.parametrize(
        ("path", "action", "is_of_the_company"),
        [
            ("audit/auditentry/state/", "audit.log.read_bundles", False),
            ("audit/compliancepack/posture/", "audit.compliance.read", False),
            ("rights/", "backoffice.rights.read", True),
            ("identity/membership/", "identity.membership.read", True),
        ],
    )
    def test_names_action_and_company(
        self,
        scenery: Scenery,
        viewer: User,
        path: str,
        action: str,
        is_of_the_company: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(refusal_trail, "_left", {})
        before = asked_of(scenery, viewer, LEAVES)[0]
        browser = sign_in(Client(raise_request_exception=False), viewer)
        assert browser.get(f"/admin/{path}").status_code == 403
        company = scenery.stage.company_id if is_of_the_company else None
        assert asked_of(scenery, viewer, NEWEST) == (action, company)
        assert asked_of(scenery, viewer, LEAVES)[0] == before + 1
