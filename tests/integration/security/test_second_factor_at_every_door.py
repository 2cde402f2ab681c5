# SPDX-License-Identifier: Apache-2.0
"""Whoever must have a second factor and has none gets to no door but those by which one is added.

Source: OWASP ASVS 5.0, 6.3.3.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cortex.people.enrolment import OPEN
from tests.architecture.doors import ABSENT, OF_OBJECTS, Door, doors
from tests.architecture.test_routes import answered_methods
from tests.factories.people import create_company, create_user, let_in
from tests.factories.sessions import sign_in
from tests.frame.census import census
from tests.frame.clones import Clone

ENROL = "/accounts/second-factor/add/"
CODE = "identity.second_factor_must_be_added"
# By these a factor is added and a credential given again; each is looked at in test_enrolment.py.
ADDING = {
    *("accounts/confirm/", "accounts/second-factor/add/", "accounts/security/app/begin/"),
    *("accounts/security/app/confirm/", "accounts/security/passkeys/add/"),
    "accounts/security/passkeys/options/",
    "accounts/federation/<str:provider_id>/confirm/",
}
# For everybody; but whoever is signed in accepts with the account that they have.
INVITATION = "accounts/invitations/<uuid:company_id>/<str:token>/"
# Whether there is such an object is never asked.
VALUES = {
    **dict.fromkeys((*OF_OBJECTS, "account_id", "decision_id", "entry_id", "ledger_id"), ABSENT),
    **dict.fromkeys(("factor_id", "level", "number", "schema_id", "version"), "1"),
    "account_code": "1000",
    "company_code": "DEMO",
    "period_code": "2026-01",
    "endpoint": "absent",
    "provider_id": "house",
    "keyid": "0" * 64,
    "namespace": "com.example",
    "plugin_id": "com.example.guard",
    "version_text": "1.0.0",
    "tile_name": "000",
    "metadata_name": "timestamp.json",
    "target_name": "com.example/com.example.guard/none",
    "subject": "accounting.journal_entry.posted.v1",
    "username": "nobody",
}


def shut_doors() -> Iterator[Door]:
    """Yield every door but those for everybody, and those by which a factor is added."""
    for door in doors(values=VALUES, row_of=lambda label: None):
        declared = door.route.declaration
        is_public = declared is not None and declared.kind == "public" and door.route.path != INVITATION
        if not is_public and door.route.path not in ADDING and not door.route.path.startswith("static/"):
            yield door


def methods_of(door: Door) -> list[str]:
    return sorted({"GET", "POST"} | answered_methods(door.route))


def is_shut(answer: HttpResponse, path: str) -> bool:
    """Tell whether the answer leads a person to enrolment, or tells a program why it is refused."""
    if path.startswith("/api/"):
        return answer.status_code == 403 and answer.json()["code"] == CODE
    if path.startswith("/schemas/"):
        return answer.status_code == 403 and "second factor" in answer.content.decode()
    return answer.status_code == 302 and answer.headers["Location"] == ENROL


@pytest.fixture
def olivia(committed_database: Clone) -> Client:
    """Return the browser of somebody who runs the platform and keeps books, and gave a password alone."""
    user = create_user(username="olivia", is_platform_administrator=True)
    company = create_company(code="DEMO", name="Demo Trading")
    let_in(company_id=company.id, user_id=user.id, roles=["controller", "administrator"])
    return sign_in(Client(), user, methods=["pwd"])


class TestEveryDoor:
    def test_is_shut_and_nothing_changes(self, committed_database: Clone, olivia: Client) -> None:
        before = census(committed_database.admin_dsn)
        open_doors, tried = [], 0
        for door in shut_doors():
            for method in methods_of(door):
                tried += 1
                if not is_shut(olivia.generic(method, door.path), door.path):
                    open_doors.append(f"{method} {door.path}")
        assert open_doors == []
        assert tried > 300
        assert census(committed_database.admin_dsn) == before

    def test_of_an_invitation_is_among_them(self) -> None:
        assert INVITATION in {door.route.path for door in shut_doors()}

    def test_that_adds_a_factor_is_named_here(self) -> None:
        given = {"confirm-federation": {"provider_id": "house"}}
        opened = {reverse(name, kwargs=given.get(name.rpartition(":")[2])) for name in OPEN}
        assert opened == {f"/{path}".replace("<str:provider_id>", "house") for path in ADDING}
