# SPDX-License-Identifier: Apache-2.0
"""Metadata, keys, introspection, revocation, sign-out, and attacks on the token endpoint."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from oauth2_provider.models import get_access_token_model, get_application_model

from cortex.identity.models import SignedInSession
from cortex.programs.models import Authorization, Program
from cortex.programs.views import doors
from tests.factories.people import Cast, create_user, service_client
from tests.factories.programs import CALLBACK, Web, opens, told
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
SIGNED_OUT = "https://client.example/signed-out"


def robot(name: str = "robot") -> dict[str, str]:
    secret = service_client(create_user(username=name, kind="service"), scopes=["accounting:read"])
    return {"client_id": name, "client_secret": secret}


def fetch(client: dict[str, str], **changed: str) -> Any:
    form = {"grant_type": "client_credentials", "scope": "accounting:read", **client, **changed}
    return Client().post("/o/token/", form)


class TestMetadata:
    @pytest.mark.parametrize(
        "path",
        [
            "/o/.well-known/openid-configuration",
            "/o/.well-known/oauth-authorization-server",
            "/.well-known/oauth-authorization-server/o",
        ],
    )
    def test_offers_what_there_is_under_the_configured_address(self, path: str) -> None:
        answer = Client().get(path, headers={"Host": "testserver"})
        known = answer.json()
        assert known["issuer"] == settings.TOKEN_ISSUER
        assert known["authorization_endpoint"] == f"{settings.TOKEN_ISSUER}/authorize/"
        assert known["code_challenge_methods_supported"] == ["S256"]
        assert known["response_types_supported"] == ["code"]
        assert known["id_token_signing_alg_values_supported"] == ["EdDSA"]
        assert "testserver" not in answer.content.decode()
        assert "registration_endpoint" not in known

    def test_names_doors_that_are_there(self) -> None:
        known = Client().get("/o/.well-known/openid-configuration").json()
        for name, address in known.items():
            if name.endswith("_endpoint") or name == "jwks_uri":
                assert Client().get(address.removeprefix(settings.TOKEN_AUDIENCE)).status_code != 404, name

    def test_shows_public_keys_and_no_more(self) -> None:
        (key,) = Client().get("/o/.well-known/jwks.json").json()["keys"]
        assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}

    @pytest.mark.parametrize("path", ["/o/register/", "/o/applications/", "/o/applications/register/"])
    def test_registration_is_closed(self, path: str, browser: Client) -> None:
        form = {"client_name": "mine", "redirect_uris": ["https://evil.example"], "is_enabled": True}
        assert browser.post(path, form).status_code == 404
        assert not get_application_model().objects.exists()


class TestIntrospection:
    def test_tells_a_client_about_its_own_token(self, browser: Client, web: Web, people: Cast) -> None:
        token = web.tokens_from(browser)["access_token"]
        told_of = Client().post(
            "/o/introspect/", {"token": token, "client_id": "web", "client_secret": str(web.secret)}
        )
        assert told_of.json()["active"] is True
        assert told_of.json()["sub"] == str(people.alice.id)
        assert told_of["Cache-Control"] == "no-store"

    def test_tells_nothing_of_tokens_of_others_or_of_none(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["access_token"]
        other = robot()
        for value in (token, "nonsense", "a.b.c", "x" * 100_000):
            answer = Client().post("/o/introspect/", {"token": value, **other})
            assert answer.json() == {"active": False}

    def test_asks_for_the_secret(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["access_token"]
        native = Web(client_id="app", kind="native")
        for client in (
            {},
            {"client_id": "web"},
            {"client_id": "web", "client_secret": "wrong"},
            {"client_id": native.client_id},
        ):
            answer = Client().post("/o/introspect/", {"token": token, **client})
            assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
        bearer = Client().post(
            "/o/introspect/", {"token": token}, headers={"Authorization": f"Bearer {token}"}
        )
        assert bearer.status_code == 401

    def test_reads_no_token_from_an_address(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["access_token"]
        assert Client().get(f"/o/introspect/?token={token}").status_code == 405

    def test_says_inactive_after_the_client_was_disabled(self) -> None:
        client = robot()
        token = fetch(client).json()["access_token"]
        Program.objects.update(is_enabled=False)
        assert Client().post("/o/introspect/", {"token": token, **client}).status_code == 401


class TestRevocation:
    @pytest.mark.parametrize("which", ["access_token", "refresh_token"])
    def test_of_either_token_ends_the_family(self, browser: Client, web: Web, which: str) -> None:
        tokens = web.tokens_from(browser)
        form = {"token": tokens[which], "client_id": "web", "client_secret": str(web.secret)}
        assert Client().post("/o/revoke_token/", form).status_code == 200
        assert opens(tokens["access_token"]) == 401
        assert web.refresh(tokens["refresh_token"]).status_code == 400

    def test_of_another_clients_token_changes_nothing_and_tells_nothing(
        self, browser: Client, web: Web
    ) -> None:
        tokens = web.tokens_from(browser)
        for value in (tokens["access_token"], tokens["refresh_token"], "nonsense"):
            answer = Client().post(
                "/o/revoke_token/", {"token": value, **robot(f"robot-{value[:2].lower()}x{len(value)}")}
            )
            assert (answer.status_code, answer.content) == (200, b"")
        assert opens(tokens["access_token"]) == 200

    def test_without_the_secret_is_refused(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        form = {"token": tokens["access_token"], "client_id": "web"}
        assert Client().post("/o/revoke_token/", form).status_code == 401
        assert opens(tokens["access_token"]) == 200


class TestSignOut:
    @pytest.fixture
    def site(self) -> Web:
        return Web(client_id="site", post_logout_redirect_uris=(SIGNED_OUT,))

    def test_asks_first_and_then_leads_back(self, browser: Client, people: Cast, site: Web) -> None:
        tokens = site.tokens_from(browser)
        asked = {
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": SIGNED_OUT,
            "state": "s",
        }
        page = browser.get("/o/logout/", asked)
        assert "Program site" in page.content.decode()
        assert "_auth_user_id" in browser.session
        answer = browser.post("/o/logout/", {**asked, "allow": "1"})
        assert answer["Location"] == f"{SIGNED_OUT}?state=s"
        assert "_auth_user_id" not in browser.session
        assert opens(tokens["access_token"]) == 401
        assert Authorization.objects.get().ended_because == "signed_out"
        assert not SignedInSession.objects.filter(user=people.alice).exists()

    @pytest.mark.parametrize(
        "address",
        ["https://evil.example/", f"{SIGNED_OUT}/", f"{SIGNED_OUT}?x=1", CALLBACK, "//evil.example"],
    )
    def test_leads_to_no_other_address(self, browser: Client, site: Web, address: str) -> None:
        tokens = site.tokens_from(browser)
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": address}
        for client in (browser, Client()):
            answer = client.get("/o/logout/", asked)
            assert (answer.status_code, "Location" in answer) == (400, False)
        assert "_auth_user_id" in browser.session

    def test_believes_no_hint_that_is_not_an_id_token_of_ours(self, browser: Client, site: Web) -> None:
        tokens = site.tokens_from(browser)
        for hint in (tokens["access_token"], "a.b.c", "nonsense", tokens["id_token"][:-4] + "AAAA"):
            assert browser.get("/o/logout/", {"id_token_hint": hint}).status_code == 400
        wrong = {"id_token_hint": tokens["id_token"], "client_id": "nobody"}
        assert browser.get("/o/logout/", wrong).status_code == 400
        assert browser.get("/o/logout/", {"client_id": "nobody"}).status_code in (400, 401)

    def test_is_not_done_for_another_site(self, people: Cast) -> None:
        browser = sign_in(Client(enforce_csrf_checks=True), people.alice)
        assert browser.post("/o/logout/", {"allow": "1"}).status_code == 403
        assert "_auth_user_id" in browser.session


class TestTokenEndpoint:
    @pytest.mark.parametrize(
        "grant", ["password", "implicit", "", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
    )
    def test_knows_no_other_grant(self, grant: str) -> None:
        answer = fetch(robot(), grant_type=grant, username="alice", password="x")
        assert (answer.status_code, "access_token" in answer.json()) == (400, False)

    def test_gives_a_public_client_nothing_for_itself(self) -> None:
        native = Web(client_id="app", kind="native")
        for form in ({}, {"client_secret": ""}, {"client_secret": "x"}):
            answer = native.ask(grant_type="client_credentials", scope="accounting:read", **form)
            assert answer.status_code in (400, 401)
        get_application_model().objects.update(authorization_grant_type="client-credentials")
        assert native.ask(grant_type="client_credentials").status_code in (400, 401)
        assert not get_access_token_model().objects.exists()

    def test_gives_a_web_program_no_token_for_itself(self, web: Web) -> None:
        answer = web.ask(grant_type="client_credentials", scope="accounting:read")
        assert answer.json()["error"] == "unauthorized_client"

    def test_reads_no_secret_from_an_address(self) -> None:
        client = robot()
        address = f"/o/token/?client_id=robot&client_secret={client['client_secret']}"
        answer = Client().post(address, {"grant_type": "client_credentials"})
        assert (answer.status_code, "access_token" in answer.json()) == (400, False)
        assert Client().get(address).status_code == 405

    def test_refuses_two_ways_of_showing_the_secret(self) -> None:
        import base64

        client = robot()
        basic = base64.b64encode(f"robot:{client['client_secret']}".encode()).decode()
        header = {"Authorization": f"Basic {basic}"}
        form = {"grant_type": "client_credentials", "scope": "accounting:read"}
        assert Client().post("/o/token/", form, headers=header).status_code == 200
        assert Client().post("/o/token/", form | client, headers=header).status_code == 401
        assert Client().post("/o/token/", form | {"client_id": "other"}, headers=header).status_code == 401

    @pytest.mark.parametrize("client_id", ["nobody", "", "robot\x00", "robot ", "ROBOT", "x" * 100_000])
    def test_answers_every_wrong_client_alike(self, client_id: str) -> None:
        client = robot()
        answer = fetch(client, client_id=client_id)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
        wrong = fetch(client, client_secret="wrong")
        assert (wrong.status_code, wrong.json()) == (answer.status_code, answer.json())

    def test_lets_nobody_keep_the_answer(self) -> None:
        answer = fetch(robot())
        assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")

    def test_gives_nothing_beyond_the_terms(self) -> None:
        answer = fetch(robot(), scope="accounting:write")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")

    def test_gives_no_token_for_somebody_elses_resource(self) -> None:
        answer = fetch(robot(), resource="https://other.example/")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")
        assert not get_access_token_model().objects.exists()

    def test_binds_a_token_to_a_resource_of_ours(self) -> None:
        answer = fetch(robot(), resource=f"{settings.TOKEN_AUDIENCE}/api/v1/companies")
        token = answer.json()["access_token"]
        assert opens(token) == 200
        assert opens(token, "/schemas/subjects") == 401

    def test_asks_those_who_come_too_fast_to_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "OAUTH_REQUESTS_PER_MINUTE", 3)
        doors._of_client.cache_clear()
        try:
            client = {"client_id": "hammer", "client_secret": "wrong"}
            answers = [fetch(client) for _ in range(4)]
        finally:
            doors._of_client.cache_clear()
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_knows_people_behind_a_proxy_apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every connection comes from the proxy; who asks is what it adds."""
        monkeypatch.setattr(settings, "OAUTH_REQUESTS_PER_MINUTE", 1)
        monkeypatch.setattr(settings, "WEB_PROXIES", 1)

        def asked(address: str) -> int:
            form = {"grant_type": "client_credentials", "client_id": "far", "client_secret": "wrong"}
            return Client().post("/o/token/", form, headers={"X-Forwarded-For": address}).status_code

        doors._of_client.cache_clear()
        try:
            answers = [asked(address) for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")]
        finally:
            doors._of_client.cache_clear()
        assert answers == [401, 429, 401]


class TestMixUp:
    def test_is_seen_by_the_issuer_in_every_answer(self, browser: Client, web: Web) -> None:
        for decision in ("allow", "deny"):
            answer = browser.post(web.address(), {"decision": decision})
            assert told(answer)["iss"] == settings.TOKEN_ISSUER
