# SPDX-License-Identifier: Apache-2.0
"""What is done to clients: created on good terms, changed, switched, given secrets, their tokens taken."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oauth2_provider.models import get_application_model

from cortex.container.override import override
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.revoke_tokens import (
    end_authorization,
    revoke_tokens_of_client,
)
from cortex.programs.clients.rotate_secret import rotate_secret
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.errors import (
    AuthorizationMustExist,
    ClientMustBeWellFormed,
    ClientMustExist,
    ClientMustHaveASecret,
    ScopeMustBeKnown,
)
from cortex.programs.listings import count_tokens, list_authorizations, list_clients
from cortex.programs.models import Authorization, Program
from tests.factories.clocks import clock_after
from tests.factories.leaves import watched_leaves
from tests.factories.people import Cast, create_user, service_client
from tests.factories.programs import CALLBACK, Web, opens

pytestmark = pytest.mark.django_db
CONSOLE = Principal.service("console")


def new(**changed: Any) -> Any:
    terms: dict[str, Any] = {
        "client_id": "web",
        "name": "Web",
        "kind": "web",
        "scopes": ["openid"],
        "redirect_uris": [CALLBACK],
        "created_by": CONSOLE,
    }
    return create_client(**{**terms, **changed})


class TestCreating:
    @pytest.mark.parametrize(
        "address",
        [
            "http://client.example/callback",
            "http://127.0.0.1/callback",
            "https://client.example/call back",
            "https://client.example/#x",
            "https://user@client.example/",
            "https://*.client.example/",
            "https://client.example/../x",
            "https://client.example/%2e%2e/x",
            "javascript:alert(1)",
            "app://callback",
            "https://",
            "https:///callback",
            f"https://client.example/{'x' * 500}",
        ],
    )
    def test_takes_no_address_that_could_lead_elsewhere(self, address: str) -> None:
        with pytest.raises(ClientMustBeWellFormed):
            new(redirect_uris=[address])
        with pytest.raises(ClientMustBeWellFormed):
            new(post_logout_redirect_uris=[address])
        assert not get_application_model().objects.exists()

    @pytest.mark.parametrize(
        "changed",
        [
            {"client_id": ""},
            {"client_id": "a b"},
            {"client_id": "a\nb"},
            {"client_id": "x" * 101},
            {"client_id": "https://client.example/"},
            {"name": ""},
            {"name": "x\x00"},
            {"kind": "spa"},
            {"redirect_uris": []},
            {"kind": "device"},
            {"client_secret": "short"},
            {"certificate_id": "CN=robot"},
            {"redirect_uris": [f"https://client.example/{n}" for n in range(21)]},
        ],
        ids=str,
    )
    def test_takes_no_bad_terms(self, changed: dict[str, Any]) -> None:
        with pytest.raises(ClientMustBeWellFormed):
            new(**changed)
        assert not Program.objects.exists()

    def test_takes_no_scope_that_nobody_knows(self) -> None:
        with pytest.raises(ScopeMustBeKnown):
            new(scopes=["accounting:everything"])

    def test_keeps_no_secret_for_a_public_client(self) -> None:
        assert new(kind="native", redirect_uris=["http://127.0.0.1/callback"]).secret is None
        assert "secret" not in repr(new(client_id="other"))

    def test_leaves_a_leaf(self) -> None:
        with watched_leaves() as leaves:
            new()
        assert leaves.verbs == ["programs.client.created"]


class TestChanging:
    def test_changes_what_is_named_and_keeps_the_rest(self) -> None:
        new()
        with CaptureQueriesContext(connection) as asked:
            change_client(client_id="web", scopes=["openid", "accounting:read"], changed_by=CONSOLE)
        # Its terms are locked with it: two changes at a time would each tell of what was before the other.
        (lock,) = [each["sql"] for each in asked if "FOR UPDATE OF" in each["sql"]]
        assert lock.endswith('FOR UPDATE OF "oauth2_provider_application", "programs_program"')
        (listed,) = list_clients(asked_by=CONSOLE)
        assert listed.scopes == ("openid", "accounting:read")
        assert (listed.redirect_uris, listed.kind, listed.name) == ((CALLBACK,), "web", "Web")

    def test_is_held_to_the_same_terms(self) -> None:
        new()
        with pytest.raises(ClientMustBeWellFormed):
            change_client(client_id="web", redirect_uris=["https://evil.example/#"], changed_by=CONSOLE)
        with pytest.raises(ClientMustExist):
            change_client(client_id="nobody", name="x", changed_by=CONSOLE)


class TestSecret:
    def test_before_the_rotation_works_until_the_overlap_ends(self) -> None:
        first = service_client(create_user(username="robot", kind="service"))
        second = rotate_secret(client_id="robot", rotated_by=CONSOLE, overlap=timedelta(hours=1))

        def status(secret: str) -> int:
            form = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": secret}
            return Client().post("/o/token/", form).status_code

        assert (status(first), status(second), status("wrong")) == (200, 200, 401)

        with override(Clock, clock_after(timedelta(hours=1, seconds=1))):
            assert (status(first), status(second)) == (401, 200)

    def test_before_the_rotation_ends_at_once_where_it_leaked(self) -> None:
        first = service_client(create_user(username="robot", kind="service"))
        rotate_secret(client_id="robot", rotated_by=CONSOLE, overlap=timedelta(0))
        form = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": first}
        assert Client().post("/o/token/", form).status_code == 401

    def test_of_a_public_client_is_none_to_rotate(self) -> None:
        Web(client_id="app", kind="native")
        with pytest.raises(ClientMustHaveASecret):
            rotate_secret(client_id="app", rotated_by=CONSOLE)
        with pytest.raises(ClientMustBeWellFormed):
            Web(client_id="web")
            rotate_secret(client_id="web", rotated_by=CONSOLE, overlap=timedelta(days=31))

    def test_is_stored_as_a_hash(self) -> None:
        first = service_client(create_user(username="robot", kind="service"))
        second = rotate_secret(client_id="robot", rotated_by=CONSOLE)
        stored = f"{get_application_model().objects.values().get()}{Program.objects.values().get()}"
        assert first not in stored
        assert second not in stored


class TestSwitch:
    def test_takes_effect_at_once_and_back(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        switch_client(client_id="web", is_enabled=False, switched_by=CONSOLE)
        assert opens(tokens["access_token"]) == 401
        assert web.refresh(tokens["refresh_token"]).status_code == 401
        assert browser.get(web.address()).status_code == 400
        switch_client(client_id="web", is_enabled=True, switched_by=CONSOLE)
        assert opens(tokens["access_token"]) == 200


class TestTakingBack:
    def test_ends_everything_of_a_client(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        code = web.code_from(browser)
        assert revoke_tokens_of_client(client_id="web", revoked_by=CONSOLE) == 2
        assert opens(tokens["access_token"]) == 401
        assert web.refresh(tokens["refresh_token"]).status_code == 400
        assert web.exchange(code).status_code == 400
        assert count_tokens(client_id="web", asked_by=CONSOLE) == 0

    def test_ends_everything_of_a_person_and_nothing_of_others(
        self, browser: Client, web: Web, people: Cast
    ) -> None:
        from tests.factories.sessions import sign_in

        hers = web.tokens_from(browser)
        his = web.tokens_from(sign_in(Client(), people.bob))
        with watched_leaves() as leaves:
            assert get(Programs).end_all_of(user_id=people.alice.id, ended_by=people.alice_principal) == 1
        assert leaves.verbs == ["programs.authorization.ended_withdrawn"]
        assert (opens(hers["access_token"]), opens(his["access_token"])) == (401, 200)

    def test_ends_one_yes(self, browser: Client, web: Web, people: Cast) -> None:
        tokens = web.tokens_from(browser)
        (allowed,) = list_authorizations(asked_by=people.alice_principal, user_id=people.alice.id)
        assert (allowed.client_id, allowed.username) == ("web", "alice")
        end_authorization(authorization_id=allowed.id, ended_by=people.alice_principal)
        assert opens(tokens["access_token"]) == 401
        assert Authorization.objects.get().ended_because == "withdrawn"

    def test_of_a_yes_that_nobody_said_is_refused(self) -> None:
        from cortex.ids import uuid7

        with pytest.raises(AuthorizationMustExist):
            end_authorization(authorization_id=uuid7(), ended_by=CONSOLE)


class TestCommands:
    def test_look_after_clients(self) -> None:
        service_client(create_user(username="robot", kind="service"), scopes=["accounting:read"])

        def run(*words: str) -> str:
            out = StringIO()
            call_command("oauth_clients", *words, stdout=out)
            return out.getvalue().strip()

        assert run("list") == "robot  service as robot  enabled  0 tokens  accounting:read"
        run("disable", "robot")
        assert "disabled" in run("list")
        run("enable", "robot")
        run("change", "robot", "--scope", "accounting:read", "accounting:write")
        assert run("list").endswith("accounting:read accounting:write")
        assert len(run("rotate-secret", "robot", "--overlap-hours", "0")) == 43
        assert run("revoke", "robot") == "0 permissions of people ended; no token of robot counts any more"

    def test_create_a_client_for_people(self) -> None:
        out = StringIO()
        words = ("--client", "web", "--kind", "web", "--scope", "openid", "--redirect-uri", CALLBACK)
        call_command("create_client", *words, stdout=out)
        assert len(out.getvalue().strip()) == 43
        with pytest.raises(CommandError, match="a client of this id exists"):
            call_command("create_client", *words)
