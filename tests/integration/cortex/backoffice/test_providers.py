# SPDX-License-Identifier: Apache-2.0
"""The page of providers shows platform administrators what all processes see."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cortex.container.providers.callers import calling_as
from cortex.container.tasks import check_providers
from cortex.embedded.valkey import ValkeyServer
from cortex.identity.principals import principal_of_user
from cortex.ports.registry import get
from cortex.ports.vault import Vault
from tests.factories.people import Cast, cast, create_user
from tests.factories.sessions import sign_in


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def administrator(people: Cast) -> Client:
    client = Client()
    sign_in(client, create_user(username="operator", is_platform_administrator=True))
    return client


def text_of(client: Client, **headers: str) -> str:
    response = client.get("/admin/providers/", headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


class TestPage:
    def test_shows_health_circuit_calls_callers_and_limits(
        self, administrator: Client, people: Cast, valkey_server: ValkeyServer, settings: Settings
    ) -> None:
        settings.REDIS_URL = valkey_server.url()
        with calling_as(principal=principal_of_user(people.alice).urn, company=people.company.id):
            for _ in range(3):
                get(Vault).read_secret(name="NOT_THERE")
        check_providers()
        page = text_of(administrator)
        vault = page.partition("vault: environment 1.0.0")[2].partition("</section>")[0]
        assert "Closed in 1 process." in vault
        assert re.search(r"Checked \d+ s ago by", vault)
        assert ">3</dd>" in vault
        assert f"{people.alice.get_full_name()} in {people.company.code}" in vault
        assert "2,000 at once" in vault
        for heading in ("bus: redis 1.0.0", "mail: files 1.0.0", "storage: database 1.0.0"):
            assert heading in page

    def test_is_renewed_in_part(self, administrator: Client) -> None:
        part = text_of(administrator, **{"HX-Request": "true"})
        assert "vault: environment" in part
        assert "<html" not in part

    def test_says_when_it_knows_this_process_only(self, administrator: Client) -> None:
        assert "Valkey does not answer" in text_of(administrator)

    def test_is_for_platform_administrators(self, people: Cast) -> None:
        client = Client()
        people.alice.is_staff = True
        people.alice.save()
        sign_in(client, people.alice)
        assert client.get("/admin/providers/").status_code == 403
        assert "/admin/providers/" not in client.get("/admin/").content.decode()
