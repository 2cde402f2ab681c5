# SPDX-License-Identifier: Apache-2.0
"""Deliveries on hold over HTTP: looked at, tried again, given up with a reason."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from cortex.events.dead_letters import held_deliveries
from cortex.ids import uuid7
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_company, member
from tests.factories.sessions import sign_in
from tests.integration.cortex.events.publishing import audited, hold, publish

pytestmark = pytest.mark.django_db
PATH = "/api/v1/companies/DEMO/held-deliveries"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, member(people.company, name="dora", role="administrator"))
    return client


@pytest.fixture
def dead(people: Cast) -> str:
    """Return the id of a dead letter with a later event of its aggregate behind it."""
    notebook = uuid7()
    publish(people.company.id, (notebook, 1), (notebook, 2))
    return str(hold(people.company.id, subscriber="webhooks")[0])


def items(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{PATH}{query}").json()["items"]
    return found


def post(client: Client, path: str, body: Any = None) -> HttpResponse:
    return client.post(f"{PATH}/{path}", body or {}, content_type="application/json")


class TestHeldDeliveries:
    def test_are_listed_in_the_order_of_their_events(self, dora: Client, dead: str) -> None:
        first, second = items(dora)
        assert (first["id"], first["state"], first["last_error"]) == (dead, "dead", "ValueError: refused")
        assert (second["state"], second["aggregate_id"]) == ("waiting", first["aggregate_id"])
        assert [item["id"] for item in items(dora, "?state=dead")] == [dead]
        assert items(dora, "?subscriber=nobody") == []
        assert dora.get(f"{PATH}?state=alive").status_code == 400

    def test_go_by_pages(self, dora: Client, dead: str) -> None:
        page = dora.get(f"{PATH}?limit=1").json()
        assert page["items"][0]["id"] == dead
        rest = items(dora, f"?limit=1&cursor={page['next_cursor']}")
        assert [item["state"] for item in rest] == ["waiting"]

    def test_are_tried_again_on_request(self, people: Cast, dora: Client, dead: str) -> None:
        assert post(dora, f"{dead}:retry").status_code == 204
        assert [(item["state"], item["attempts"]) for item in items(dora)] == [("waiting", 0)] * 2
        assert audited(people.company.id, "events.delivery.replay") == 1

    def test_are_given_up_with_a_reason(self, people: Cast, dora: Client, dead: str) -> None:
        for body in ({}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "x", "force": True}):
            assert post(dora, f"{dead}:discard", body).status_code == 400
        assert post(dora, f"{dead}:discard", {"reason": "known to be wrong"}).status_code == 204
        assert [item["state"] for item in items(dora)] == ["waiting"]
        assert audited(people.company.id, "events.delivery.discard") == 1
        assert post(dora, f"{dead}:discard", {"reason": "again"}).status_code == 404

    def test_are_seen_by_auditors_and_changed_by_administrators(self, people: Cast, dead: str) -> None:
        for user, seen, changed in ((people.bob, 200, 403), (people.charlie, 404, 404)):
            client = Client()
            sign_in(client, user)
            assert client.get(PATH).status_code == seen
            assert post(client, f"{dead}:retry").status_code == changed
            assert post(client, f"{dead}:discard", {"reason": "x"}).status_code == changed

    def test_that_are_not_there_are_not_found(self, dora: Client) -> None:
        answer = post(dora, f"{uuid4()}:retry")
        assert (answer.status_code, answer.json()["code"]) == (404, "events.held_delivery_must_exist")

    def test_of_another_company_are_not_found(self, people: Cast, dora: Client) -> None:
        rival = create_company(code="RIVAL", name="Rival")
        publish(rival.id, (uuid7(), 1))
        theirs = hold(rival.id, subscriber="webhooks")[0]
        for answer in (post(dora, f"{theirs}:retry"), post(dora, f"{theirs}:discard", {"reason": "x"})):
            assert (answer.status_code, answer.json()["code"]) == (404, "events.held_delivery_must_exist")
        assert items(dora) == []
        with scope([rival.id]):
            (held,) = held_deliveries(company_id=rival.id)
        assert (held.id, held.state, held.attempts) == (theirs, "dead", 8)
        assert (
            audited(rival.id, "events.delivery.replay") == audited(rival.id, "events.delivery.discard") == 0
        )
