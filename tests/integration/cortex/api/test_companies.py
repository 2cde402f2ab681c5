# SPDX-License-Identifier: Apache-2.0
"""The list of companies shows memberships and nothing else."""

import pytest
from django.test import Client

from tests.factories.people import cast, create_company, token_of_client
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/companies"


class TestCompanies:
    def test_are_those_that_the_caller_belongs_to(self) -> None:
        people = cast()
        create_company(code="OTHER", name="Other")
        client = Client()
        sign_in(client, people.bob)
        assert client.get(URL).json() == {
            "items": [{"code": "DEMO", "name": "Demo Trading", "status": "active", "roles": ["auditor"]}]
        }

    def test_are_none_for_an_outsider(self) -> None:
        client = Client()
        sign_in(client, cast().charlie)
        assert client.get(URL).json() == {"items": []}

    def test_of_a_client_are_those_of_its_service_user(self) -> None:
        token = token_of_client(cast().company, "accounting:read")
        answer = Client().get(URL, headers={"Authorization": f"Bearer {token}"}).json()
        assert [(item["code"], item["roles"]) for item in answer["items"]] == [("DEMO", ["accountant"])]
