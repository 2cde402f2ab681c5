# SPDX-License-Identifier: Apache-2.0
"""Tokens for programs: client credentials, bounded scopes, stored as digests."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import get_access_token_model, get_application_model

from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.errors import ClientIdMustBeUnique, ClientMustActAsAService
from tests.factories.people import create_user, service_client

pytestmark = pytest.mark.django_db
URL = "/o/token/"


def service(name: str) -> User:
    return create_user(username=name, kind=User.Kind.SERVICE)


@pytest.fixture
def secret() -> str:
    return service_client(service("demo-service"))


def ask(secret: str, **form: str):  # type: ignore[no-untyped-def]
    form = {"grant_type": "client_credentials", "client_id": "demo-service", "client_secret": secret, **form}
    return Client().post(URL, form)


class TestTokenEndpoint:
    def test_gives_a_token_with_the_scopes_asked_for(self, secret: str) -> None:
        response = ask(secret, scope="accounting:read")
        assert response.status_code == 200
        assert (response.json()["token_type"], response.json()["scope"]) == ("Bearer", "accounting:read")

    def test_stores_neither_token_nor_secret(self, secret: str) -> None:
        token = ask(secret, scope="accounting:read").json()["access_token"]
        stored = get_access_token_model().objects.get()
        assert stored.token == ""
        assert token not in stored.token_checksum
        assert secret not in get_application_model().objects.get().client_secret

    def test_opens_the_api(self, secret: str) -> None:
        token = ask(secret, scope="accounting:read").json()["access_token"]
        response = Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200

    def test_refuses_a_wrong_secret(self, secret: str) -> None:
        assert ask("wrong", scope="accounting:read").status_code == 401

    def test_refuses_a_scope_that_no_action_needs(self, secret: str) -> None:
        response = ask(secret, scope="accounting:everything")
        assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")

    def test_gives_a_token_without_scope_no_right(self, secret: str) -> None:
        assert ask(secret).json().get("scope", "") == ""

    @pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token"])
    def test_refuses_every_other_grant(self, secret: str, grant: str) -> None:
        get_application_model().objects.update(authorization_grant_type=grant.replace("_", "-"))
        response = ask(secret, grant_type=grant, username="x", password="y", code="z", refresh_token="r")
        assert response.status_code in (400, 401)
        assert "access_token" not in response.json()

    def test_takes_a_token_back(self, secret: str) -> None:
        token = ask(secret, scope="accounting:read").json()["access_token"]
        form = {"token": token, "client_id": "demo-service", "client_secret": secret}
        assert Client().post("/o/revoke_token/", form).status_code == 200
        response = Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 401


class TestCommands:
    def test_create_a_client_and_print_its_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        service("robot")
        output = StringIO()
        call_command("create_client", client="robot", user="robot", stdout=output)
        assert len(output.getvalue().strip()) == 43
        monkeypatch.setenv("CORTEX_CLIENT_SECRET", "given-by-the-operator")
        again = StringIO()
        call_command("create_client", client="robot-2", user="robot", stdout=again)
        assert again.getvalue() == "given-by-the-operator\n"

    def test_print_a_token_that_opens_the_api(self, secret: str) -> None:
        output = StringIO()
        call_command("token", "--client", "demo-service", "--scope", "accounting:read", stdout=output)
        token = output.getvalue().strip()
        response = Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200

    def test_refuse_an_unknown_scope_or_client(self, secret: str) -> None:
        with pytest.raises(CommandError, match="Scope nonsense: expected some of"):
            call_command("token", "--client", "demo-service", "--scope", "nonsense")
        with pytest.raises(CommandError, match="Client nobody: expected a client"):
            call_command("token", "--client", "nobody", "--scope", "accounting:read")

    def test_refuse_a_client_id_that_is_taken(self, secret: str) -> None:
        with pytest.raises(ClientIdMustBeUnique):
            service_client(service("other"), client_id="demo-service")

    def test_refuse_a_client_that_would_act_as_a_person(self) -> None:
        root = create_user(username="root", is_platform_administrator=True)
        with pytest.raises(ClientMustActAsAService):
            create_client(
                client_id="robot", name="Robot", user=root, scopes=[], created_by=Principal.service("console")
            )
        assert not get_application_model().objects.filter(client_id="robot").exists()

    def test_create_a_user_and_a_membership(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from cortex.identity.memberships import memberships_of
        from tests.factories.people import create_company

        create_company(code="DEMO", name="Demo")
        monkeypatch.setenv("CORTEX_NEW_PASSWORD", "correct horse battery")
        output = StringIO()
        call_command(
            "create_user", "alice", "--full-name", "Alice", "--platform-administrator", stdout=output
        )
        alice = User.objects.get(id=output.getvalue().strip())
        assert alice.check_password("correct horse battery")
        call_command("grant_membership", "--user", "alice", "--company", "DEMO", "--role", "controller")
        assert [m.roles for m in memberships_of(user_id=alice.id)] == [{"controller"}]
        with pytest.raises(CommandError, match="Company NONE: expected a company"):
            call_command("grant_membership", "--user", "alice", "--company", "NONE", "--role", "viewer")
        with pytest.raises(CommandError, match="User alice: a user of this name exists"):
            call_command("create_user", "alice")
