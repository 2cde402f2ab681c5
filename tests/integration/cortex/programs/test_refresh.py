# SPDX-License-Identifier: Apache-2.0
"""Refresh tokens are good once; one that comes again ends its family."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from cortex import clock
from cortex.container.override import override
from cortex.identity.deactivate_user import deactivate_user, reactivate_user
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_link
from cortex.identity.password_reset import RESET, reset_password
from cortex.identity.principals import principal_of_user
from cortex.ports.clock import Clock
from cortex.programs.clients.revoke_tokens import end_authorization
from cortex.programs.models import Authorization, Program
from tests.factories.clocks import clock_after
from tests.factories.people import CONSOLE, Cast, cast
from tests.factories.programs import Web, opens
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.frame.threads import together

WAYS = 100


@pytest.mark.django_db
class TestRefreshToken:
    def test_brings_the_next_and_takes_the_access_token_along(self, browser: Client, web: Web) -> None:
        first = web.tokens_from(browser)
        second = web.refresh(first["refresh_token"]).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert (opens(first["access_token"]), opens(second["access_token"])) == (401, 200)

    def test_is_stored_as_a_digest_alone(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        assert token not in str(get_refresh_token_model().objects.values_list().get())

    def test_that_comes_again_ends_the_family(self, browser: Client, web: Web) -> None:
        first = web.tokens_from(browser)
        second = web.refresh(first["refresh_token"]).json()
        replay = web.refresh(first["refresh_token"])
        assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
        assert opens(second["access_token"]) == 401
        assert web.refresh(second["refresh_token"]).status_code == 400
        assert Authorization.objects.get().ended_because == "replayed_refresh_token"
        assert not get_access_token_model().objects.exists()

    def test_from_generations_ago_ends_the_family_too(self, browser: Client, web: Web) -> None:
        tokens = [web.tokens_from(browser)]
        for _ in range(3):
            tokens.append(web.refresh(tokens[-1]["refresh_token"]).json())
        assert web.refresh(tokens[0]["refresh_token"]).status_code == 400
        assert web.refresh(tokens[-1]["refresh_token"]).status_code == 400

    def test_of_another_family_lives_on(self, browser: Client, web: Web) -> None:
        one, other = web.tokens_from(browser), web.tokens_from(browser)
        web.refresh(one["refresh_token"])
        web.refresh(one["refresh_token"])
        assert web.refresh(other["refresh_token"]).status_code == 200

    def test_of_another_client_is_worth_nothing_and_ends_nothing(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        assert Web(client_id="other").refresh(token).status_code == 400
        assert web.refresh(token).status_code == 200

    def test_cannot_widen_the_scopes(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser, scope="openid accounting:read")
        refused = web.refresh(tokens["refresh_token"], scope="accounting:read accounting:write")
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
        assert (
            web.refresh(tokens["refresh_token"], scope="accounting:read").json()["scope"] == "accounting:read"
        )

    def test_loses_the_scopes_that_the_client_lost(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser, scope="openid accounting:read")
        Program.objects.update(allowed_scopes=["openid"])
        assert web.refresh(tokens["refresh_token"]).json()["scope"] == "openid"

    def test_tells_when_the_person_had_signed_in_and_not_when_it_was_used(
        self, browser: Client, web: Web
    ) -> None:
        import jwt

        def told(tokens: dict[str, Any]) -> Any:
            return jwt.decode(tokens["access_token"], options={"verify_signature": False})["auth_time"]

        first = web.tokens_from(browser)
        with override(Clock, clock_after(timedelta(minutes=30))):
            assert told(web.refresh(first["refresh_token"]).json()) == told(first)

    def test_is_over_after_two_weeks_without_use(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        get_access_token_model().objects.update(expires=clock.now() - timedelta(days=14, seconds=1))
        assert web.refresh(token).status_code == 400

    def test_is_over_after_ninety_days_in_any_case(self, browser: Client, web: Web) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        with override(Clock, clock_after(timedelta(days=90))):
            assert web.refresh(token).status_code == 400

    def test_is_worth_nothing_for_somebody_who_left_or_a_client_that_is_disabled(
        self, browser: Client, web: Web, people: Cast
    ) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        User.objects.filter(id=people.alice.id).update(is_active=False)
        assert web.refresh(token).status_code == 400
        User.objects.filter(id=people.alice.id).update(is_active=True)
        Program.objects.update(is_enabled=False)
        assert web.refresh(token).status_code == 401
        Program.objects.update(is_enabled=True)
        assert web.refresh(token).status_code == 200

    @pytest.mark.parametrize("way", ["switched off and on", "password reset"])
    def test_does_not_come_back_with_an_account_that_was_taken_over(
        self, browser: Client, people: Cast, web: Web, way: str
    ) -> None:
        token = web.tokens_from(browser)["refresh_token"]
        if way == "password reset":
            link = issue_link(user=people.alice, purpose=RESET, at=clock.now(), lifetime=timedelta(minutes=5))
            reset_password(token=link, password="a new one, quite long", at=clock.now())
        else:
            deactivate_user(user_id=people.alice.id, actor=CONSOLE)
            reactivate_user(user_id=people.alice.id, actor=CONSOLE)
        assert web.refresh(token).status_code == 400
        assert not get_access_token_model().objects.exists()

    def test_survives_a_keeper_that_is_away(self, browser: Client, web: Web) -> None:
        from cortex.ports.key_management import KeyManagement
        from cortex.ports.vault import VaultMustBeReachable

        class Away:
            def __getattr__(self, name: str) -> Any:
                raise VaultMustBeReachable("Vault: expected an answer, got none.")

        token = web.tokens_from(browser)["refresh_token"]
        with override(KeyManagement, Away()):
            answer = web.refresh(token)
        assert (answer.status_code, answer.json()) == (503, {"error": "temporarily_unavailable"})
        assert answer["Retry-After"] == "10"
        assert web.refresh(token).status_code == 200


@pytest.mark.slow
def test_one_token_refreshed_a_hundred_ways_at_once_is_served_once(committed_database: Clone) -> None:
    people = cast()
    web = Web()
    tokens = web.tokens_from(sign_in(Client(), people.alice))
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": web.client_id,
        "client_secret": str(web.secret),
    }

    def refresh() -> Any:
        return Client().post("/o/token/", form)

    answers = together([refresh] * WAYS)
    served = [answer for answer in answers if answer.status_code == 200]
    assert len(served) == 1
    assert {answer.json()["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    # The others are what a thief would be: nothing of the family counts any more, nor was more made of it.
    assert opens(served[0].json()["access_token"]) == 401
    assert get_refresh_token_model().objects.count() == 2
    assert not get_refresh_token_model().objects.filter(revoked__isnull=True).exists()
    assert not get_access_token_model().objects.exists()


@pytest.mark.slow
def test_of_a_yes_that_is_taken_back_at_the_same_time_no_token_is_left(committed_database: Clone) -> None:
    people = cast()
    web = Web()
    browser = sign_in(Client(), people.alice)
    for _ in range(8):
        token = web.tokens_from(browser)["refresh_token"]
        yes = Authorization.objects.filter(ended_at__isnull=True).get()

        def end(yes: Authorization = yes) -> None:
            end_authorization(authorization_id=yes.id, ended_by=principal_of_user(people.alice))

        together([partial(web.refresh, token), end])
        assert not get_access_token_model().objects.exists()
        assert not get_refresh_token_model().objects.filter(revoked__isnull=True).exists()


@pytest.mark.slow
def test_one_code_exchanged_twenty_ways_at_once_is_served_once(committed_database: Clone) -> None:
    people = cast()
    web = Web()
    code = web.code_from(sign_in(Client(), people.alice))

    def exchange() -> Any:
        return web.exchange(code)

    answers = together([exchange] * 20)
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert not get_access_token_model().objects.exists()
    assert Authorization.objects.get().ended_because == "replayed_code"
