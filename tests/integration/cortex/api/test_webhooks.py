# SPDX-License-Identifier: Apache-2.0
"""Webhooks over HTTP: made, switched, rotated, looked at and sent again by an administrator alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from cortex.api.models import IdempotencyKey
from tests.factories.people import Cast, cast, member, token_of_client
from tests.factories.sessions import sign_in
from tests.integration.cortex.events.publishing import let_it_have_failed, queue_delivery

pytestmark = pytest.mark.django_db
URL = "https://receiver.example/events"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    """Return the browser of an administrator."""
    client = Client(raise_request_exception=False)
    sign_in(client, member(people.company, name="dora", role="administrator"))
    return client


def at(path: str = "") -> str:
    return f"/api/v1/companies/DEMO/webhooks{path}"


def post(client: Client, path: str = "", body: Any = None, **headers: str) -> HttpResponse:
    return client.post(at(path), body or {}, content_type="application/json", headers=headers)


def create(client: Client, **fields: Any) -> dict[str, Any]:
    answer = post(client, "", {"url": URL, **fields})
    assert answer.status_code == 201, answer.content
    created: dict[str, Any] = answer.json()
    return created


class TestCreating:
    def test_tells_the_secret_once(self, dora: Client) -> None:
        created = create(dora, description="test", event_types=["accounting.account.created.v1"])
        assert created["secret"].startswith("whsec_")
        shown = dora.get(at(f"/{created['id']}")).json()
        assert shown == {name: value for name, value in created.items() if name != "secret"}
        assert (shown["url"], shown["is_active"], shown["disabled_reason"]) == (URL, True, "")

    def test_wants_every_event_unless_told(self, dora: Client) -> None:
        assert create(dora)["event_types"] == ["*"]

    def test_keeps_the_secret_out_of_the_stored_answer(self, dora: Client) -> None:
        headers = {"Idempotency-Key": str(uuid4())}
        first, again = (post(dora, "", {"url": URL}, **headers) for _ in range(2))
        assert first.json()["secret"].startswith("whsec_")
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json() == {**first.json(), "secret": None}
        assert b"whsec_" not in bytes(IdempotencyKey.objects.get().body or b"")
        assert len(dora.get(at()).json()["items"]) == 1

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "api.request_must_match_the_schema"),
            ({"url": URL, "secret": "mine"}, 400, "api.request_must_match_the_schema"),
            ({"url": URL, "event_types": []}, 400, "api.request_must_match_the_schema"),
            ({"url": URL, "event_types": ["Posted!"]}, 400, "api.request_must_match_the_schema"),
            ({"url": URL, "event_types": ["a.b.v1"] * 101}, 400, "api.request_must_match_the_schema"),
            ({"url": "http://receiver.example/"}, 422, "events.webhook_url_must_be_allowed"),
            ({"url": "https://user@receiver.example/"}, 422, "events.webhook_url_must_be_allowed"),
        ],
    )
    def test_refuses_what_makes_no_endpoint(
        self, dora: Client, body: dict[str, Any], status: int, code: str
    ) -> None:
        answer = post(dora, "", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert dora.get(at()).json()["items"] == []


class TestAccess:
    def test_to_change_is_an_administrators(self, people: Cast, dora: Client) -> None:
        created = create(dora)
        for user, reads in ((people.alice, 200), (people.bob, 200), (people.charlie, 404)):
            client = Client()
            sign_in(client, user)
            assert client.get(at()).status_code == reads
            refused = 404 if reads == 404 else 403
            assert post(client, "", {"url": URL}).status_code == refused
            for verb in ("activate", "deactivate", "rotate-secret"):
                assert post(client, f"/{created['id']}:{verb}").status_code == refused
            assert client.delete(at(f"/{created['id']}")).status_code == refused

    def test_of_a_token_needs_the_scope(self, people: Cast) -> None:
        token = token_of_client(people.company, "events:read", role="administrator")
        headers = {"Authorization": f"Bearer {token}"}
        assert Client().get(at(), headers=headers).status_code == 200
        assert post(Client(), "", {"url": URL}, **headers).status_code == 403


class TestSwitching:
    def test_keeps_the_reason(self, dora: Client) -> None:
        path = f"/{create(dora)['id']}"
        off = post(dora, f"{path}:deactivate", {"reason": "receiver moves"}).json()
        assert (off["is_active"], off["disabled_reason"]) == (False, "receiver moves")
        on = post(dora, f"{path}:activate").json()
        assert (on["is_active"], on["disabled_reason"]) == (True, "")

    def test_rotates_the_secret(self, dora: Client) -> None:
        created = create(dora)
        rotated = post(dora, f"/{created['id']}:rotate-secret").json()
        assert rotated["secret_version"] == 2
        assert rotated["secret"] not in (None, created["secret"])

    def test_removes_for_good(self, dora: Client) -> None:
        path = f"/{create(dora)['id']}"
        assert dora.delete(at(path)).status_code == 204
        assert dora.get(at()).json()["items"] == []
        for answer in (dora.get(at(path)), post(dora, f"{path}:activate"), dora.delete(at(path))):
            assert (answer.status_code, answer.json()["code"]) == (404, "events.webhook_must_exist")

    def test_goes_by_pages(self, dora: Client) -> None:
        ids = [create(dora, url=f"{URL}/{number}")["id"] for number in range(3)]
        first = dora.get(at("?limit=2")).json()
        rest = dora.get(at(f"?limit=2&cursor={first['next_cursor']}")).json()
        assert [item["id"] for item in first["items"] + rest["items"]] == ids
        assert dora.get(at("?page=2")).status_code == 400


class TestDeliveries:
    def test_are_listed_read_and_sent_again(self, people: Cast, dora: Client) -> None:
        path = f"/{create(dora)['id']}/deliveries"
        delivery = queue_delivery(people.company.id)
        let_it_have_failed(delivery, status=500, duration_ms=12)
        (listed,) = dora.get(at(path)).json()["items"]
        assert (listed["id"], listed["state"], listed["attempts"]) == (str(delivery.id), "failed", 9)
        shown = dora.get(at(f"{path}/{delivery.id}")).json()
        assert [(entry["status"], entry["duration_ms"]) for entry in shown["log"]] == [(500, 12)]
        again = post(dora, f"{path}/{delivery.id}:resend").json()
        assert (again["state"], again["attempts"]) == ("queued", 0)

    def test_belong_to_their_endpoint(self, people: Cast, dora: Client) -> None:
        create(dora)
        delivery = queue_delivery(people.company.id)
        other = create(dora)["id"]
        for answer in (
            dora.get(at(f"/{other}/deliveries/{delivery.id}")),
            post(dora, f"/{other}/deliveries/{delivery.id}:resend"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "events.webhook_delivery_must_exist")
        assert dora.get(at(f"/{other}/deliveries")).json()["items"] == []
        assert dora.get(at(f"/{uuid4()}/deliveries")).status_code == 404
