# SPDX-License-Identifier: Apache-2.0
"""Ids of another company's objects answer like ids of nothing: status, headers and words tell no difference.

Source: OWASP API Security Top 10 (2023), API1 broken object level authorization.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from cortex.identity.models import User
from cortex.policy.routes import all_routes
from tests.architecture.test_routes import answered_methods
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.frame import clones
from tests.frame.server import server
from tests.integration.isolation.attack import Scene, prepare_scene
from tests.integration.isolation.test_scope import APPROVALS, DELIVERY, EMERGENCY, INVITATION, JOB

BODIED = {"POST", "PUT", "PATCH"}
ROLES = ["controller", "administrator"]
# Parameters that name an object by an id which only its own company should be able to tell from nothing.
OBJECT = re.compile(r"<uuid:(\w+)>")
COMPANY = re.compile(r"<str:company_code>")
# What belongs to one request and not to the object, in headers and in the bodies of pages.
OF_THE_REQUEST = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|nonce-?[=\"']*[\w+/=-]+|csrf\w*\W+value=\"\w+\"|csrftoken=\w+"
)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One request to an object inside the attacker's own company, by an id that is not hers."""

    method: str
    path: str

    def answer(self, client: Client) -> tuple[int, str, str]:
        """Return status, media type and body without what belongs to the request."""
        body = b"{}" if self.method in BODIED else b""
        headers = {"Idempotency-Key": str(uuid4())}
        response = client.generic(
            self.method, self.path, body, content_type="application/json", headers=headers
        )
        text = OF_THE_REQUEST.sub("…", response.content.decode())
        return response.status_code, response.headers.get("Content-Type", ""), text


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    """Return two companies whose tables hold rows of both."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield prepare_scene(own)


@pytest.fixture(scope="module")
def theirs(scene: Scene) -> dict[str, str]:
    """Return the ids of objects of the other company, by the name of the parameter that they stand for."""
    # A delegation leads from one person to another.
    person("dora")
    person("eve")
    known: dict[str, Any] = {"id": uuid4(), "company": scene.other.company}
    with psycopg.connect(scene.clone.admin_dsn) as admin:
        admin.execute(JOB, [known["id"], scene.other.company])
        for statement in (*DELIVERY, *APPROVALS, EMERGENCY, INVITATION):
            admin.execute(statement, known)
    rows = {"job_id", "webhook_id", "delivery_id", "proposal_id", "delegation_id", "invitation_id"}
    rows.add("access_id")
    return {"entry_id": str(scene.other.entry), **{name: str(known["id"]) for name in rows}}


@pytest.fixture(scope="module")
def attacker(scene: Scene) -> Client:
    """Return the browser of somebody who may do everything in her own company."""
    alice: User = person("alice")
    let_in(company_id=scene.own.company, user_id=alice.id, roles=ROLES)
    client = Client(raise_request_exception=False)
    sign_in(client, alice)
    return client


def probes(code: str, values: dict[str, str]) -> Iterator[Probe]:
    """Yield every operation on an object of a company, with these ids for the objects."""
    for route in all_routes():
        names = OBJECT.findall(route.path)
        if not names or not route.path.startswith(("api/v1/", "books/")):
            continue
        path = COMPANY.sub(code, OBJECT.sub(lambda found: values.get(found[1], str(uuid4())), route.path))
        for method in sorted(answered_methods(route) | {"GET"}):
            yield Probe(method=method, path="/" + path)


class TestIdsOfAnotherCompany:
    def test_answer_like_ids_of_nothing(self, scene: Scene, theirs: dict[str, str], attacker: Client) -> None:
        code = scene.own.books.code
        told = [
            (probe.method, probe.path, found[:2], nothing[:2])
            for probe, blank in zip(probes(code, theirs), probes(code, {}), strict=True)
            if (found := probe.answer(attacker)) != (nothing := blank.answer(attacker))
        ]
        assert told == []

    def test_are_not_found(self, scene: Scene, theirs: dict[str, str], attacker: Client) -> None:
        reading = [probe for probe in probes(scene.own.books.code, theirs) if probe.method == "GET"]
        answered = {probe.answer(attacker)[0] for probe in reading}
        assert reading
        assert answered <= {404, 405}

    def test_are_all_known_to_this_test(self, theirs: dict[str, str]) -> None:
        """A new kind of object must be planted here, or its routes are probed with ids of nothing only."""
        named = {
            name
            for route in all_routes()
            if route.path.startswith(("api/v1/", "books/"))
            for name in OBJECT.findall(route.path)
        }
        assert named <= theirs.keys()


class TestCompaniesOfOthers:
    def test_answer_like_companies_of_nothing(
        self, scene: Scene, theirs: dict[str, str], attacker: Client
    ) -> None:
        other, nothing = scene.other.books.code, "NOTHING"
        told = [
            (probe.method, probe.path)
            for probe, blank in zip(probes(other, theirs), probes(nothing, theirs), strict=True)
            if probe.answer(attacker)[0] != blank.answer(attacker)[0]
            or probe.answer(attacker)[2].replace(other, nothing) != blank.answer(attacker)[2]
        ]
        assert told == []
