# SPDX-License-Identifier: Apache-2.0
"""Lists over HTTP where commits are real: rows are read while their company is in scope, not after."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.people import Cast, cast, member
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.events.publishing import let_it_have_failed, queue_delivery

WEBHOOKS = "/api/v1/companies/DEMO/webhooks"


@pytest.fixture
def people(committed_database: Clone) -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, member(people.company, name="dora", role="administrator"))
    return client


def listed(client: Client, path: str) -> list[Any]:
    items: list[Any] = client.get(path).json()["items"]
    return items


def test_of_webhooks_and_their_deliveries_show_what_there_is(people: Cast, dora: Client) -> None:
    made = dora.post(WEBHOOKS, {"url": "https://receiver.example/"}, content_type="application/json").json()
    assert [each["id"] for each in listed(dora, WEBHOOKS)] == [made["id"]]
    delivery = queue_delivery(people.company.id)
    let_it_have_failed(delivery, status=500, duration_ms=12)
    path = f"{WEBHOOKS}/{made['id']}/deliveries"
    assert [each["id"] for each in listed(dora, path)] == [str(delivery.id)]
    assert [each["status"] for each in dora.get(f"{path}/{delivery.id}").json()["log"]] == [500]


def test_of_members_shows_whom_there_is(people: Cast, dora: Client) -> None:
    members = listed(dora, "/api/v1/companies/DEMO/members")
    assert {each["username"] for each in members} == {"alice", "bob", "dora"}
