# SPDX-License-Identifier: Apache-2.0
"""A person lets a program act in their name: codes with PKCE, consent, ID tokens."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from cortex.container.override import override
from cortex.identity.models import User
from cortex.ports.clock import Clock
from cortex.programs.models import Authorization
from tests.factories.books import open_books
from tests.factories.clocks import clock_after
from tests.factories.people import Cast, let_in
from tests.factories.programs import CALLBACK, VERIFIER, Web, challenge_of, opens, told
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def verified(token: str, audience: str) -> dict[str, Any]:
    keys = jwt.PyJWKSet.from_dict(Client().get("/o/.well-known/jwks.json").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["EdDSA"], audience=audience, issuer=settings.TOKEN_ISSUER
    )
    return claims


def balance_open_to(people: Cast) -> str:
    """Open books that Alice keeps, and return where their trial balance is read."""
    books = open_books(code="BOOKS")
    let_in(company_id=books.company_id, user_id=people.alice.id, roles=["controller"])
    return "/api/v1/companies/BOOKS/reports/trial-balance"


class TestConsentPage:
    def test_says_in_words_who_asks_for_what(self, browser: Client, web: Web) -> None:
        page = browser.get(web.address())
        assert page.status_code == 200
        text = page.content.decode()
        for words in ("Program web", "Alice", "Know who you are", "See accounting"):
            assert words in text
        assert "Change accounting" not in text

    def test_sends_whoever_is_not_signed_in_to_the_sign_in_and_back(self, web: Web) -> None:
        answer = Client().get(web.address())
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/o/authorize/")

    def test_gives_nothing_before_the_person_has_decided(self, browser: Client, web: Web) -> None:
        browser.get(web.address())
        assert not get_grant_model().objects.exists()
        assert not Authorization.objects.exists()

    def test_tells_the_program_of_a_no(self, browser: Client, web: Web) -> None:
        answer = browser.post(web.address(), {"decision": "deny"})
        assert answer["Location"].startswith(f"{CALLBACK}?")
        assert told(answer) | {"error_description": ""} == {
            "error": "access_denied",
            "error_description": "",
            "state": "st4te",
            "iss": settings.TOKEN_ISSUER,
        }
        assert not Authorization.objects.exists()

    def test_is_closed_to_service_users(self, web: Web) -> None:
        from tests.factories.people import create_user

        robot = Client()
        sign_in(robot, create_user(username="robot", kind=User.Kind.SERVICE))
        assert told(robot.post(web.address(), {"decision": "allow"}))["error"] == "access_denied"


class TestCode:
    def test_comes_with_the_state_and_the_issuer(self, browser: Client, web: Web) -> None:
        answer = told(browser.post(web.address(), {"decision": "allow"}))
        assert (answer["state"], answer["iss"]) == ("st4te", settings.TOKEN_ISSUER)

    def test_is_stored_as_a_digest_alone(self, browser: Client, web: Web) -> None:
        code = web.code_from(browser)
        assert code not in str(get_grant_model().objects.values_list().get())

    def test_is_worth_tokens_that_act_for_the_person(self, browser: Client, web: Web, people: Cast) -> None:
        tokens = web.tokens_from(browser)
        assert tokens["scope"] == "openid accounting:read"
        claims = verified(tokens["access_token"], settings.TOKEN_AUDIENCE)
        assert (claims["sub"], claims["client_id"]) == (str(people.alice.id), "web")
        assert (claims["amr"], claims["acr"]) == (["otp", "pwd"], "urn:cortex:acr:multi-factor")
        assert claims["auth_time"] <= claims["iat"]
        assert opens(tokens["access_token"]) == 200
        assert opens(tokens["access_token"], balance_open_to(people)) == 200

    def test_is_worth_an_id_token(self, browser: Client, web: Web, people: Cast) -> None:
        tokens = web.tokens_from(browser, scope="openid profile")
        claims = verified(tokens["id_token"], "web")
        assert (claims["sub"], claims["nonce"]) == (str(people.alice.id), "n0nce")
        assert (claims["name"], claims["preferred_username"]) == ("Alice", "alice")
        assert claims["acr"] == "urn:cortex:acr:multi-factor"

    def test_opens_no_more_than_the_scopes(self, browser: Client, web: Web, people: Cast) -> None:
        path = balance_open_to(people)
        wide = web.tokens_from(browser, scope="openid accounting:read")["access_token"]
        narrow = web.tokens_from(browser, scope="openid")["access_token"]
        refused = Client().get(path, headers={"Authorization": f"Bearer {narrow}"})
        assert (refused.status_code, refused.json()["code"]) == (403, "policy.access_must_be_granted")
        assert "the token lacks the scope accounting:read" in refused.json()["detail"]
        assert opens(wide, path) == 200
        assert opens(narrow, "/o/userinfo/") == 200

    def test_is_over_after_a_minute(self, browser: Client, web: Web) -> None:
        code = web.code_from(browser)
        with override(Clock, clock_after(timedelta(seconds=61))):
            late = web.exchange(code)
        assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")
        assert not get_access_token_model().objects.exists()

    def test_that_comes_again_takes_everything_back(self, browser: Client, web: Web) -> None:
        code = web.code_from(browser)
        tokens = web.exchange(code).json()
        replay = web.exchange(code)
        assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
        assert opens(tokens["access_token"]) == 401
        assert web.refresh(tokens["refresh_token"]).status_code == 400
        assert Authorization.objects.get().ended_because == "replayed_code"

    def test_of_another_client_is_worth_nothing(self, browser: Client, web: Web) -> None:
        code = web.code_from(browser)
        other = Web(client_id="other")
        assert other.exchange(code).json()["error"] == "invalid_grant"
        assert web.exchange(code).status_code == 200

    @pytest.mark.parametrize(
        "changed",
        [
            {"code_verifier": None},
            {"code_verifier": "another-verifier-that-is-long-enough-to-be-one"},
            {"code_verifier": challenge_of(VERIFIER)},
            {"redirect_uri": "https://client.example/other"},
            {"redirect_uri": None},
            {"client_secret": "wrong"},
            {"client_secret": None},
        ],
        ids=str,
    )
    def test_is_worth_nothing_without_everything_else(
        self, browser: Client, web: Web, changed: dict[str, str | None]
    ) -> None:
        answer = web.exchange(web.code_from(browser), **changed)
        assert answer.status_code in (400, 401)
        assert not get_access_token_model().objects.exists()
        assert not get_refresh_token_model().objects.exists()

    def test_of_somebody_who_left_is_worth_nothing(self, browser: Client, web: Web, people: Cast) -> None:
        code = web.code_from(browser)
        User.objects.filter(id=people.alice.id).update(is_active=False)
        assert web.exchange(code).status_code == 400


class TestPkce:
    @pytest.mark.parametrize(
        "changed",
        [
            {"code_challenge": None, "code_challenge_method": None},
            {"code_challenge_method": None},
            {"code_challenge_method": "plain"},
            {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            {"code_challenge_method": "s256"},
            {"code_challenge": "short"},
            {"code_challenge": ""},
        ],
        ids=str,
    )
    def test_cannot_be_left_out_or_weakened(
        self, browser: Client, web: Web, changed: dict[str, str | None]
    ) -> None:
        for answer in (
            browser.get(web.address(**changed)),
            browser.post(web.address(**changed), {"decision": "allow"}),
        ):
            assert told(answer)["error"] == "invalid_request"
            assert told(answer)["iss"] == settings.TOKEN_ISSUER
        assert not get_grant_model().objects.exists()

    @pytest.mark.parametrize("method", ["plain", "S256"])
    def test_is_not_chosen_by_the_form(self, browser: Client, web: Web, method: str) -> None:
        form = {"decision": "allow", "code_challenge_method": method, "code_challenge": VERIFIER}
        assert told(browser.post(web.address(), form))["error"] == "invalid_request"
        assert not get_grant_model().objects.exists()
        assert not Authorization.objects.exists()


class TestSignedInPerson:
    def test_reads_what_the_scopes_tell(self, browser: Client, web: Web, people: Cast) -> None:
        token = web.tokens_from(browser, scope="openid profile")["access_token"]
        answer = Client().get("/o/userinfo/", headers={"Authorization": f"Bearer {token}"})
        assert answer.json() == {
            "sub": str(people.alice.id),
            "name": "Alice",
            "preferred_username": "alice",
        }

    def test_is_not_told_to_a_token_without_openid(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser, scope="accounting:read")["access_token"]
        answer = Client().get("/o/userinfo/", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()) == (403, {"error": "insufficient_scope"})
