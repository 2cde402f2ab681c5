# SPDX-License-Identifier: Apache-2.0
"""The door of the API: a principal over its limit is told when to come back, and nobody else notices."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cortex.container.providers.errors import CircuitMustBeClosed
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from tests.factories.people import Cast, cast, token_of_client
from tests.factories.sessions import sign_in


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def signed_in(user: object) -> Client:
    client = Client()
    sign_in(client, user)  # type: ignore[arg-type]
    return client


class TestRate:
    def test_of_a_principal_is_bounded(self, people: Cast, settings: Settings) -> None:
        settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_BURST = 30, 2
        alice, bob = signed_in(people.alice), signed_in(people.bob)
        first = alice.get("/api/v1/companies")
        assert first.headers["RateLimit-Policy"] == '"principal";q=2;w=4'
        assert first.headers["RateLimit"] == '"principal";r=1;t=0'
        assert alice.get("/api/v1/companies").status_code == 200
        refused = alice.get("/api/v1/companies")
        problem = refused.json()
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert (problem["code"], problem["status"]) == ("api.requests_must_come_slower", 429)
        assert problem["evidence"]["retry_after_seconds"] == 2
        assert bob.get("/api/v1/companies").status_code == 200

    def test_of_a_client_is_its_own(self, people: Cast, settings: Settings) -> None:
        settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_BURST = 29, 1
        token = token_of_client(people.company, "accounting:read")
        headers = {"Authorization": f"Bearer {token}"}
        assert Client().get("/api/v1/companies", headers=headers).status_code == 200
        assert Client().get("/api/v1/companies", headers=headers).status_code == 429
        assert signed_in(people.alice).get("/api/v1/companies").status_code == 200

    def test_does_not_answer_whom_nobody_knows(self, db: None) -> None:
        response = Client().get("/api/v1/companies")
        assert response.status_code == 401
        assert "RateLimit" not in response.headers


class TestProviderThatIsAway:
    def test_is_told_with_the_time_to_come_back(self, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(**_: object) -> None:
            raise CircuitMustBeClosed("Provider vault/openbao: away.", evidence={}, retry_after_seconds=7)

        monkeypatch.setattr(registry.get(Authorizer), "require", away)
        response = signed_in(people.alice).get(f"/api/v1/companies/{people.company.code}/accounts")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
        assert response.json()["code"] == "providers.circuit_must_be_closed"
        page = signed_in(people.alice).get(f"/books/{people.company.code}/entries/")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "7")
