# SPDX-License-Identifier: Apache-2.0
"""A provider vouches for one factor and no more; and what it answers is bounded."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from cortex.identity.models import User
from cortex.people.federation import connections
from cortex.people.federation.connections import BYTES_MAX, BoundedSession
from tests.factories.people import create_company, create_user, let_in
from tests.factories.policies import without
from tests.factories.sessions import is_signed_in, sign_in
from tests.frame.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.integration.cortex.identity.test_federation import LINK, come_back, linked
from tests.integration.cortex.identity.test_second_factors import code, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", email="alice@example.org")


@pytest.fixture
def provider(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    monkeypatch.setenv("FEDERATION_CORP_SECRET", SECRET)
    settings.PUBLIC_URL = "http://testserver"
    with openid_provider(tmp_path) as (running, ca_file):
        corp = {"name": "Corp", "issuer": running.issuer, "client_id": CLIENT, "ca_file": str(ca_file)}
        trusting = {"links_by_verified_email": True, "email_domains": ["example.org"]}
        settings.FEDERATION = {"corp": {**corp, **trusting}}
        yield running


@pytest.fixture
def session(settings: Settings) -> BoundedSession:
    return BoundedSession(ca_file=settings.FEDERATION["corp"]["ca_file"])


class TestSignIn:
    def test_of_somebody_with_a_factor_asks_for_it(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        secret, client = with_app(alice), Client()
        assert come_back(client, provider).headers["Location"] == "/accounts/second-factor/"
        assert not is_signed_in(client)
        client.post("/accounts/second-factor/", {"code": code(secret)})
        assert is_signed_in(client)

    def test_of_an_administrator_without_one_leads_to_adding_it(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["administrator"])
        client = Client()
        come_back(client, provider, amr=["mfa"], acr="urn:cortex:acr:multi-factor")
        assert client.get("/books/").headers["Location"] == "/accounts/second-factor/add/"

    def test_by_a_subject_that_is_not_stored_whole_is_refused(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        longest = "s" * 191
        SocialAccount.objects.create(user=alice, provider="corp", uid=longest)
        whole, longer, none = Client(), Client(), Client()
        come_back(whole, provider, sub=longest)
        assert come_back(longer, provider, sub=f"{longest}-of-another").status_code == 403
        assert come_back(none, provider, sub="").status_code == 403
        assert [is_signed_in(each) for each in (whole, longer, none)] == [True, False, False]

    def test_links_nobody_by_an_address_without_the_policy(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        client, told = Client(), {"email": "alice@example.org", "email_verified": True}
        with without("people.rules_of_providers_keep_members"):
            assert come_back(client, provider, **told).status_code == 403
        assert not SocialAccount.objects.exists()
        come_back(client, provider, **told)
        assert SocialAccount.objects.get().user == alice

    def test_links_nobody_whose_policy_is_gone_when_they_come_back(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        with without("people.everybody_looks_after_their_own_account"):
            assert come_back(sign_in(Client(), alice), provider, begin=LINK).status_code == 403
        assert not SocialAccount.objects.exists()


class TestBoundedSession:
    def test_follows_nobody(
        self, provider: OpenIdProvider, session: BoundedSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        provider.headers = {"Location": f"{provider.issuer}/elsewhere"}
        monkeypatch.setattr(provider, "answer", lambda path, form: asked.append(path) or (302, {}))
        with session, pytest.raises(requests.exceptions.TooManyRedirects):
            session.document(f"{provider.issuer}/jwks")
        assert asked == ["/jwks"]

    def test_waits_for_no_silent_provider(
        self, provider: OpenIdProvider, session: BoundedSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert connections.SECONDS_MAX == 5
        monkeypatch.setattr(connections, "SECONDS_MAX", 0.2)
        monkeypatch.setattr(provider, "answer", lambda path, form: time.sleep(1) or (200, {}))
        with session, pytest.raises(requests.exceptions.ReadTimeout):
            session.document(f"{provider.issuer}/jwks")

    def test_reads_a_megabyte_at_most(
        self, provider: OpenIdProvider, session: BoundedSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(provider, "answer", lambda path, form: (200, {"much": "x" * BYTES_MAX}))
        with session, pytest.raises(requests.exceptions.ContentDecodingError):
            session.document(f"{provider.issuer}/jwks")

    def test_goes_by_no_proxy_of_the_environment(
        self, provider: OpenIdProvider, session: BoundedSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        with session:
            assert "keys" in session.document(f"{provider.issuer}/jwks")
