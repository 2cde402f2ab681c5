# SPDX-License-Identifier: Apache-2.0
"""Programs in the administration: clients, what people allow them, their tokens, and the keys that sign."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from cortex import clock
from cortex.identity.models import User
from cortex.programs.models import Authorization, SigningKey
from tests.factories.leaves import watched_leaves
from tests.factories.people import Cast, cast, create_user, token_of_client
from tests.factories.programs import Web, opens
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

pytestmark = pytest.mark.django_db(databases=["default", "service"])
CLIENTS, TOKENS = "/admin/oauth2_provider/application/", "/admin/oauth2_provider/accesstoken/"
ALLOWED, KEYS = "/admin/programs/authorization/", "/admin/programs/signingkey/"
SECRET = re.compile(r"<code[^>]*>([^<]+)</code>")
SERVICE = {"client_id": "robot", "name": "Robot", "kind": "service", "service_user": "robot"}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def paula(people: Cast) -> Client:
    return sign_in(Client(), platform_administrator("paula"), methods=("pwd", "otp"))


def secret_for(client: Client, **form: object) -> str:
    """Create a client on its page and return the secret that the answer shows."""
    create_user(username="robot", kind=User.Kind.SERVICE)
    given = {**SERVICE, "scopes": ["accounting:read"], **form}
    return SECRET.findall(page(client.post(f"{CLIENTS}create/", given)))[0]


def token_with(secret: str) -> str | None:
    form = {"grant_type": "client_credentials", "scope": "accounting:read", "client_id": "robot"}
    answer = Client().post("/o/token/", {**form, "client_secret": secret})
    found: str | None = answer.json().get("access_token")
    return found


class TestClient:
    def test_is_created_and_its_secret_shown_once(self, paula: Client) -> None:
        with watched_leaves() as log:
            secret = secret_for(paula)
        made = ["identity.user.created", "identity.credentials.began"]
        assert log.verbs == [*made, "programs.client.created"]
        assert opens(token_with(secret) or "") == 200
        robot = Application.objects.get(client_id="robot")
        stored = robot.client_secret
        for path in (CLIENTS, f"{CLIENTS}{robot.pk}/change/", f"{CLIENTS}create/", TOKENS):
            shown = page(paula.get(path))
            assert secret not in shown, path
            assert stored not in shown, path

    def test_that_is_no_good_is_refused_with_what_was_typed(self, paula: Client, people: Cast) -> None:
        answer = paula.post(f"{CLIENTS}create/", {**SERVICE, "service_user": "alice"})
        assert answer.status_code == 422
        assert "expected a user of kind service" in answer.content.decode()
        assert 'value="robot"' in answer.content.decode()
        assert not Application.objects.exists()

    def test_gets_new_terms(self, paula: Client) -> None:
        secret_for(paula)
        robot = Application.objects.get()
        path = f"{CLIENTS}{robot.pk}/terms/"
        assert 'value="Robot"' in page(paula.get(path))
        assert paula.post(path, {"name": "Robby", "scopes": ["jobs:read"]}).status_code == 302
        robot = Application.objects.get()
        assert (robot.name, robot.program.allowed_scopes) == ("Robby", ["jobs:read"])

    def test_is_switched_off_and_on(self, paula: Client) -> None:
        token = token_with(secret_for(paula)) or ""
        robot = Application.objects.get()
        assert paula.get(f"{CLIENTS}{robot.pk}/disable/").status_code == 200
        assert opens(token) == 200
        assert paula.post(f"{CLIENTS}{robot.pk}/disable/").status_code == 302
        assert opens(token) == 401
        assert paula.post(f"{CLIENTS}{robot.pk}/enable/").status_code == 302
        assert opens(token) == 200

    def test_gets_a_new_secret_and_the_old_one_ends_if_it_was_seen(self, paula: Client) -> None:
        old = secret_for(paula)
        path = f"{CLIENTS}{Application.objects.get().pk}/rotate-secret/"
        new = SECRET.findall(page(paula.post(path, {"overlap_hours": "0"})))[0]
        assert token_with(old) is None
        assert token_with(new) is not None

    def test_loses_all_tokens(self, paula: Client) -> None:
        token = token_with(secret_for(paula)) or ""
        path = f"{CLIENTS}{Application.objects.get().pk}/revoke-tokens/"
        assert paula.post(path).status_code == 302
        assert opens(token) == 401

    def test_is_made_only_right_after_a_sign_in(self, people: Cast) -> None:
        late = Client()
        sign_in(late, platform_administrator("paula"), at=clock.now() - timedelta(hours=1))
        assert "Create a client" in page(late.get(CLIENTS))
        answer = late.post(f"{CLIENTS}create/", {**SERVICE, "kind": "device", "service_user": ""})
        assert answer["Location"].startswith("/accounts/confirm/")
        assert not Application.objects.exists()

    def test_has_no_other_form(self, paula: Client) -> None:
        secret_for(paula)
        robot = Application.objects.get()
        form = {"client_id": "other", "client_secret": "known", "name": "Other"}
        for verb in ("add/", f"{robot.pk}/change/", f"{robot.pk}/delete/"):
            assert paula.post(f"{CLIENTS}{verb}", {**form, "post": "yes"}).status_code == 403
        assert Application.objects.get().name == "Robot"
        assert paula.get("/admin/oauth2_provider/refreshtoken/").status_code == 404


class TestWhatPeopleAllow:
    def test_is_listed_and_ended(self, paula: Client, people: Cast) -> None:
        tokens = Web().tokens_from(sign_in(Client(), people.alice, methods=("pwd", "otp")))
        allowed = Authorization.objects.get()
        shown = page(paula.get(ALLOWED)) + page(paula.get(f"{ALLOWED}{allowed.pk}/change/"))
        assert "alice" in shown
        assert "openid, accounting:read" in shown
        assert "controller" in shown
        assert not any(text in shown for text in (tokens["access_token"], tokens["refresh_token"]))
        assert paula.post(f"{ALLOWED}{allowed.pk}/end/").status_code == 302
        assert opens(tokens["access_token"]) == 401
        assert Authorization.objects.get().ended_because == "withdrawn"


class TestToken:
    def test_is_shown_without_its_text_and_taken_back(self, paula: Client, people: Cast) -> None:
        value = token_of_client(people.company, "accounting:read")
        row = AccessToken.objects.get()
        shown = page(paula.get(TOKENS)) + page(paula.get(f"{TOKENS}{row.pk}/change/"))
        assert "demo-service" in shown
        assert "accounting:read" in shown
        assert "DEMO" in shown
        assert not any(text in shown for text in filter(None, (value, row.token, row.token_checksum)))
        with watched_leaves() as log:
            assert paula.post(f"{TOKENS}{row.pk}/revoke/").status_code == 302
        assert log.verbs == ["programs.client.token_revoked"]
        assert opens(value) == 401

    def test_takes_its_family_along(self, paula: Client, people: Cast) -> None:
        web = Web()
        tokens = web.tokens_from(sign_in(Client(), people.alice, methods=("pwd", "otp")))
        assert paula.post(f"{TOKENS}{AccessToken.objects.get().pk}/revoke/").status_code == 302
        assert opens(tokens["access_token"]) == 401
        assert web.refresh(tokens["refresh_token"]).status_code == 400


class TestSigningKey:
    def test_is_withdrawn_and_nothing_that_it_signed_is_believed(self, paula: Client) -> None:
        token_with(secret_for(paula))
        key = SigningKey.objects.get()
        assert key.kid in page(paula.get(KEYS))
        assert paula.post(f"{KEYS}{key.pk}/withdraw/").status_code == 302
        assert "withdrawn" in page(paula.get(f"{KEYS}{key.pk}/change/"))

    def test_that_follows_from_the_secret_key_says_why_it_is_not_rotated(self, paula: Client) -> None:
        answer = paula.post(f"{KEYS}rotate/")
        assert answer.status_code >= 400
        assert "alert" in answer.content.decode()


class TestEverybodyElse:
    def test_is_kept_out(self, paula: Client, people: Cast) -> None:
        secret_for(paula)
        robot, key = Application.objects.get(), SigningKey.objects.first()
        paths = [CLIENTS, TOKENS, ALLOWED, KEYS, f"{CLIENTS}create/", f"{CLIENTS}{robot.pk}/rotate-secret/"]
        paths += [
            f"{CLIENTS}{robot.pk}/change/",
            f"{KEYS}rotate/",
            f"{KEYS}{key.pk}/withdraw/" if key else KEYS,
        ]
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in paths:
                assert client.post(path, {"overlap_hours": "0"}).status_code in (403, 404), path
                assert client.get(path).status_code in (302, 403, 404), path
