# SPDX-License-Identifier: Apache-2.0
"""A sign-in through a provider is as fresh as the credential given there; one given anew confirms here."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.authentication import authentication_of
from cortex.identity.models import User
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_company, create_user, let_in
from tests.factories.sessions import is_signed_in, sign_in
from tests.frame.openid_provider import OpenIdProvider
from tests.integration.cortex.identity.test_federated_factors import provider
from tests.integration.cortex.identity.test_federation import address_asked, come_back, linked
from tests.integration.cortex.identity.test_second_factors import with_app

__all__ = ["provider"]
pytestmark = pytest.mark.django_db
CONFIRM, PASSWORD_PAGE = "/accounts/federation/corp/confirm/", "/accounts/security/password/"
NEW_PASSWORD = "a bicycle with three wheels"  # pragma: allowlist secret
PATH_BACK = "/accounts/federation/corp/callback/"
STALE = timedelta(minutes=11)


@pytest.fixture
def alice() -> User:
    user = create_user(username="alice", email="alice@example.org")
    company = create_company(code="DEMO", name="Demo Trading")
    let_in(company_id=company.id, user_id=user.id, roles=["controller"])
    linked(user)
    return user


def seconds(ago: timedelta = timedelta()) -> int:
    return int((clock.now() - ago).timestamp())


def changes_the_password(client: Client) -> bool:
    form = {"new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
    before = User.objects.get(username="alice").password
    client.post(PASSWORD_PAGE, form)
    return User.objects.get(username="alice").password != before


def questions(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


class TestSignIn:
    def test_asks_how_long_ago_a_credential_was_given(
        self, provider: OpenIdProvider, alice: User, settings: Settings
    ) -> None:
        asked = questions(address_asked(Client()))
        assert (asked["max_age"], asked.get("prompt")) == ([str(settings.SESSION_COOKIE_AGE)], None)

    @pytest.mark.parametrize(
        ("claims", "is_fresh"),
        [
            ({"ago": timedelta(days=3)}, False),
            ({"ago": STALE}, False),
            ({"ago": timedelta(minutes=1)}, True),
            ({}, False),
        ],
        ids=["three days", "eleven minutes", "a minute", "untold"],
    )
    def test_is_as_fresh_as_the_credential_given_there(
        self, provider: OpenIdProvider, alice: User, claims: dict[str, timedelta], is_fresh: bool
    ) -> None:
        told = {"auth_time": seconds(claims["ago"])} if claims else {}
        client = Client()
        come_back(client, provider, **told)
        assert is_signed_in(client)
        assert changes_the_password(client) is is_fresh

    @pytest.mark.parametrize("told", ["yesterday", True, -1, 10**12], ids=repr)
    def test_takes_no_time_that_is_none(self, provider: OpenIdProvider, alice: User, told: object) -> None:
        client = Client()
        assert come_back(client, provider, auth_time=told).status_code == 403
        assert not is_signed_in(client)

    def test_that_a_clock_runs_ahead_makes_nothing_fresh_for_longer(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        client = Client()
        come_back(client, provider, auth_time=seconds(-timedelta(seconds=50)))
        at = authentication_of(session=client.session).at
        assert at is not None
        assert at <= clock.now()


class TestConfirmation:
    @pytest.fixture
    def stale(self, provider: OpenIdProvider, alice: User) -> Client:
        return sign_in(Client(), alice, methods=["fed"], at=clock.now() - STALE)

    def test_is_offered_where_somebody_is_linked_and_leads_back(
        self, provider: OpenIdProvider, stale: Client
    ) -> None:
        page = stale.get("/accounts/confirm/", {"next": PASSWORD_PAGE}).content.decode()
        assert f'action="{CONFIRM}"' in page
        assert not changes_the_password(stale)
        address = address_asked(stale, CONFIRM, PASSWORD_PAGE)
        assert (questions(address)["max_age"], questions(address)["prompt"]) == (["0"], ["login"])
        with watched_leaves() as log:
            back = stale.get(PATH_BACK, provider.authorize(address, auth_time=seconds()))
        assert back.headers["Location"] == PASSWORD_PAGE
        assert log.verbs == ["identity.session.confirmed"]
        assert changes_the_password(stale)

    @pytest.mark.parametrize(
        "told",
        [{}, {"ago": timedelta(minutes=2)}, {"sub": "somebody-else"}],
        ids=["untold", "older", "other"],
    )
    def test_is_none_of_another_or_of_before(
        self, provider: OpenIdProvider, stale: Client, told: dict[str, Any]
    ) -> None:
        claims: dict[str, Any] = {"auth_time": seconds(told.get("ago", timedelta()))} if told else {}
        if "sub" in told:
            claims["sub"] = told["sub"]
        refused = come_back(stale, provider, begin=CONFIRM, **claims)
        assert refused.status_code == 403
        assert not changes_the_password(stale)

    def test_is_nobodys_who_is_not_signed_in(self, provider: OpenIdProvider, alice: User) -> None:
        assert Client().post(CONFIRM).status_code in (302, 403)
        first, other = Client(), create_user(username="bob")
        sign_in(first, alice, methods=["fed"], at=clock.now() - STALE)
        address = address_asked(first, CONFIRM)
        answer = provider.authorize(address, auth_time=seconds())
        session = first.session
        session["_auth_user_id"] = str(other.id)
        session["_auth_user_hash"] = other.get_session_auth_hash()
        session.save()
        assert first.get(PATH_BACK, answer).status_code == 503
        assert not changes_the_password(first)

    def test_counts_for_nobody_with_a_second_factor(
        self, provider: OpenIdProvider, alice: User, stale: Client
    ) -> None:
        with_app(alice)
        assert CONFIRM not in stale.get("/accounts/confirm/").content.decode()
        come_back(stale, provider, begin=CONFIRM, auth_time=seconds())
        assert not changes_the_password(stale)

    def test_lets_an_administrator_without_one_add_it(
        self, provider: OpenIdProvider, alice: User, stale: Client
    ) -> None:
        company = create_company(code="OTHER", name="Other Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["administrator"])
        assert stale.get("/books/").headers["Location"] == "/accounts/second-factor/add/"
        assert stale.post("/accounts/security/app/begin/").status_code == 303
        come_back(stale, provider, begin=CONFIRM, auth_time=seconds())
        assert stale.post("/accounts/security/app/begin/").status_code == 200
