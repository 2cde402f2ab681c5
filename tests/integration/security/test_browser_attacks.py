# SPDX-License-Identifier: Apache-2.0
"""What a hostile page can make a browser do: nothing, on every route that there is.

Source: OWASP ASVS 5.0, chapters V3 (web frontend security) and V4 (API and web service).
"""

import re
from collections.abc import Collection, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from cortex.identity.models import User
from tests.architecture.doors import ABSENT
from tests.architecture.test_routes import UNSAFE
from tests.factories.sessions import sign_in
from tests.frame.census import DECISIONS, LOOKS, census
from tests.frame.clones import Clone
from tests.integration.security.scenery import Scenery

# Whoever calls these brings a credential in the request itself, never a session that a browser adds.
READ = "can be read by another origin"
EVIL = "https://evil.example/"
WITHOUT_SESSION = ("o/token/", "o/revoke_token/", "o/introspect/", "o/device-authorization/")
# Refused before anybody asks for the object: by the token of forms, by the method, by what was sent.
REFUSED = (400, 401, 403, 405, 415)


OF_A_ROW = re.compile(rf"/admin/(\w+/\w+)/{ABSENT}/")
# Tables that the stage leaves empty: their pages are those of every other model.
WITHOUT_ROWS = {
    *(
        "audit/hold",
        "audit/erasure",
        "audit/retentionrun",
        "audit/governancecheck",
        "audit/retentionnight",
        "audit/governanceversion",
    ),
    *("audit/governanceactivation", "accounting/partyname"),
    *("admin/logentry", "api/idempotencykey", "identity/signedinsession"),
    *("mail/outgoingmail", "pki/certificate", "policy/policyactivation", "storage/storedfile"),
    *(f"django_celery_beat/{kind}schedule" for kind in ("clocked", "crontab", "interval", "solar")),
    "r/1",  # the library's way to an object of any type, which it knows by the number of the type
    *("django_celery_beat/periodictask", "guardian/groupobjectpermission", "guardian/userobjectpermission"),
}


# The stage has no marketplace, and so no submission: these doors have the protection that all others show.
OF_A_SUBMISSION = re.compile(r"marketplace/(?:mine/)?submissions/")


def alice(*, enforce_csrf_checks: bool = False) -> Client:
    """Return the browser of the controller of the demo company."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
    sign_in(client, User.objects.get(username="alice"))
    return client


def weaknesses(response: HttpResponse) -> Iterator[str]:
    """Yield what would let another site show, read or use this answer."""
    headers = response.headers
    if headers.get("Content-Type", "").startswith("text/html"):
        if headers.get("X-Frame-Options") != "DENY":
            yield "can be framed by old browsers"
        if "frame-ancestors 'none'" not in headers.get("Content-Security-Policy", ""):
            yield "can be framed"
    if "Access-Control-Allow-Origin" in headers:
        yield READ
    if headers.get("Location", "").startswith((EVIL, "//")):
        yield "leads to another site"


def allowed_of(path: str) -> set[str]:
    """Return what is no weakness there: discovery and public keys are for everybody."""
    return {READ} if "/.well-known/" in path else set()


def census_of(scenery: Scenery, *, besides: Collection[str] = DECISIONS) -> dict[str, int]:
    """Return the rows of every table but those that every look leaves."""
    return census(scenery.clone.admin_dsn, besides=besides)


@pytest.mark.slow
@pytest.mark.no_cover
class TestAnotherSite:
    def test_is_tried_with_objects_that_are_there(self, scenery: Scenery) -> None:
        """Else a door without any protection would say that there is no such object, and look closed."""
        absent = {found[1] for door in scenery.doors if (found := OF_A_ROW.match(door.path))}
        assert absent <= WITHOUT_ROWS
        assert [
            door.path
            for door in scenery.doors
            if ABSENT in door.path and not OF_A_ROW.match(door.path) and not OF_A_SUBMISSION.search(door.path)
        ] == []

    def test_makes_no_browser_change_anything(self, scenery: Scenery) -> None:
        """Cross-site request forgery: a form of another site brings the session and no token."""
        client = scenery.browser(enforce_csrf_checks=True)
        before = census_of(scenery)
        accepted = [
            f"{method} {door.path} {response.status_code}"
            for door in scenery.doors
            if not door.route.path.startswith(WITHOUT_SESSION)
            for method in UNSAFE
            if (response := client.generic(method, door.path, "a=b", "application/x-www-form-urlencoded"))
            and response.status_code not in REFUSED
        ]
        assert (accepted, census_of(scenery)) == ([], before)

    def test_frames_reads_and_leads_nothing(self, scenery: Scenery) -> None:
        """Clickjacking, foreign origins, open redirects and overridden methods, at every door."""
        client = scenery.browser()
        before = census_of(scenery, besides=LOOKS)
        query = dict.fromkeys(("next", "url", "redirect", "redirect_uri", "return_to"), EVIL)
        headers = {"Origin": EVIL, "X-HTTP-Method-Override": "POST"}
        complaints = {
            door.path: found
            for door in scenery.doors
            if (
                found := set(weaknesses(client.get(door.path, query, headers=headers)))
                - allowed_of(door.path)
            )
        }
        assert (complaints, census_of(scenery, besides=LOOKS)) == ({}, before)


class TestHostHeader:
    @pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example"])
    def test_of_another_name_is_refused(self, demo_database: Clone, host: str) -> None:
        response = alice().get("/books/DEMO/", headers={"Host": host})
        assert response.status_code == 400
        assert host not in response.content.decode()

    def test_of_a_proxy_that_nobody_trusts_is_not_read(self, demo_database: Clone) -> None:
        response = Client().get("/books/DEMO/", headers={"X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in response.headers["Location"]


class TestMethod:
    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
    @pytest.mark.parametrize("path", ["/admin/", "/books/DEMO/", "/accounts/login/", "/api/v1/companies"])
    def test_that_no_route_offers_is_refused(self, demo_database: Clone, method: str, path: str) -> None:
        response = alice().generic(method, path)
        assert response.status_code == 405
        assert b"Method: expected one of GET" in response.content
