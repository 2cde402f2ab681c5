# SPDX-License-Identifier: Apache-2.0
"""Sign-in through an OpenID provider, against a real one over TLS."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.federation.providers import FederationMustBeWellFormed, configured_providers
from cortex.identity.members import members_of
from cortex.identity.memberships import membership_in
from cortex.identity.models import SignedInSession, User
from cortex.identity.tasks import take_back_roles
from cortex.mail.models import Letter
from tests.factories.addresses import ELSEWHERE
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_company, create_user, let_in
from tests.factories.sessions import is_signed_in, sign_in
from tests.frame.openid_provider import CLIENT, NAMES_ITSELF, SECRET, OpenIdProvider, openid_provider

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/accounts/federation/corp/begin/", "/accounts/federation/corp/callback/"
LINK = "/accounts/security/federation/corp/link/"
UNLINK = "/accounts/security/federation/corp/unlink/"
PASSWORD = "correct horse battery"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", email="alice@example.org", password=PASSWORD)


@pytest.fixture
def provider(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    monkeypatch.setenv("FEDERATION_CORP_SECRET", SECRET)
    settings.PUBLIC_URL = "http://testserver"
    with openid_provider(tmp_path) as (running, ca_file):
        settings.FEDERATION = {
            "corp": {
                "name": "Example Corp",
                "issuer": running.issuer,
                "client_id": CLIENT,
                "ca_file": str(ca_file),
                "rules": [
                    {"group": "bookkeepers", "company": "DEMO", "roles": ["accountant"]},
                    {"group": "auditors", "company": "DEMO", "roles": ["auditor"]},
                ],
            }
        }
        yield running


def linked(user: User) -> SocialAccount:
    return SocialAccount.objects.create(user=user, provider="corp", uid="248289761001")


def address_asked(client: Client, begin: str = BEGIN, next_url: str = "/books/") -> str:
    """Return where the page leads to."""
    page = client.post(begin, {"next": next_url})
    found = re.search(r'<a href="(https://[^"]+)"', page.content.decode())
    assert found is not None, page.content
    return html.unescape(found[1])


def come_back(client: Client, provider: OpenIdProvider, *, begin: str = BEGIN, **claims: Any):  # type: ignore[no-untyped-def]
    return client.get(BACK, provider.authorize(address_asked(client, begin), **claims))


class TestSignIn:
    def test_lets_in_who_is_linked_and_leads_to_the_page_asked_for(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        client = Client()
        assert come_back(client, provider).headers["Location"] == "/books/"
        assert client.session["_auth_user_id"] == str(alice.id)
        assert SignedInSession.objects.get().methods == ["fed"]

    def test_asks_with_state_nonce_and_pkce(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        asked = address_asked(Client())
        assert asked.startswith(f"{provider.issuer}/authorize?")
        for part in (
            "state=",
            "nonce=",
            "code_challenge=",
            "code_challenge_method=S256",
            "response_type=code",
        ):
            assert part in asked

    def test_leads_to_no_other_site(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        led = {}
        for address in ELSEWHERE:
            client = Client()
            asked = address_asked(client, next_url=address)
            assert asked.startswith(f"{provider.issuer}/authorize?")
            led[address] = client.get(BACK, provider.authorize(asked)).headers["Location"]
        assert led == dict.fromkeys(ELSEWHERE, "/")

    def test_needs_a_post_to_begin(self, provider: OpenIdProvider) -> None:
        assert Client().get(BEGIN).status_code == 405

    def test_refuses_whoever_is_linked_to_nobody(self, provider: OpenIdProvider, alice: User) -> None:
        client = Client()
        response = come_back(client, provider, email="alice@example.org", email_verified=True)
        assert response.status_code == 403
        assert "linked to you" in response.content.decode()
        assert not is_signed_in(client)
        assert not SocialAccount.objects.exists()

    def test_works_by_password_while_the_provider_is_away(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        provider.is_away = True
        client = Client()
        assert "Example Corp" in client.get("/accounts/login/").content.decode()
        assert client.post(BEGIN).status_code == 503
        client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
        assert is_signed_in(client)


class TestAnswer:
    def refused(self, client: Client, response: Any) -> bool:
        return response.status_code in (403, 503) and not is_signed_in(client)

    def test_of_another_browser_is_refused(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        victim, attacker = Client(), Client()
        asked = address_asked(attacker)
        assert self.refused(victim, victim.get(BACK, provider.authorize(asked)))

    def test_is_taken_once(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        client = Client()
        answer = provider.authorize(address_asked(client))
        client.get(BACK, answer)
        client.post("/accounts/logout/")
        assert self.refused(client, client.get(BACK, answer))

    def test_of_another_issuer_is_refused(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        client = Client()
        answer = provider.authorize(address_asked(client))
        assert self.refused(client, client.get(BACK, answer | {"iss": "https://other.example"}))

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "another"},
            {"aud": "another-client"},
            {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            {"iss": "https://other.example"},
            {"exp": 1_000_000_000},
        ],
        ids=["nonce", "audience", "authorised party", "issuer", "time"],
    )
    def test_with_a_foreign_claim_is_refused(
        self, provider: OpenIdProvider, alice: User, claims: dict[str, Any]
    ) -> None:
        linked(alice)
        client = Client()
        assert self.refused(client, come_back(client, provider, **claims))

    def test_signed_by_a_stranger_or_by_nobody_is_refused(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        stranger = OpenIdProvider()
        forgeries = [
            stranger.signed,
            lambda claims: jwt.encode(claims, None, "none", headers={"kid": "first"}),
            lambda claims: jwt.encode(claims, SECRET * 2, "HS256", headers={"kid": "first"}),
            lambda claims: provider.signed(claims, kid="../../etc/passwd"),
            lambda claims: stranger.signed(claims, jku="https://other.example/jwks"),
        ]
        for forgery in forgeries:
            provider.token = forgery
            client = Client()
            assert self.refused(client, come_back(client, provider))


class TestMixUp:
    @pytest.fixture
    def hostile(
        self, provider: OpenIdProvider, tmp_path: Path, settings: Settings
    ) -> Iterator[OpenIdProvider]:
        """Add a second provider; both of them know the same person."""
        directory = tmp_path / "hostile"
        directory.mkdir()
        with openid_provider(directory) as (running, ca_file):
            other = {"name": "Other", "issuer": running.issuer, "client_id": CLIENT, "ca_file": str(ca_file)}
            settings.FEDERATION = {**settings.FEDERATION, "other": other}
            yield running

    def test_of_a_question_to_one_and_an_answer_at_the_other_signs_nobody_in(
        self, provider: OpenIdProvider, hostile: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        client = Client()
        answer = provider.authorize(address_asked(client))
        response = client.get(BACK.replace("corp", "other"), answer)
        assert response.status_code in (403, 503)
        assert not is_signed_in(client)
        # The code of the one must not reach the other, who could use it up.
        assert hostile.exchanged == []

    @pytest.mark.parametrize("issuer", [None, "", "https://other.example"], ids=str)
    def test_is_refused_where_an_answer_names_nobody_though_the_provider_always_does(
        self, provider: OpenIdProvider, alice: User, issuer: str | None
    ) -> None:
        linked(alice)
        provider.document = {NAMES_ITSELF: True}
        client = Client()
        answer = provider.authorize(address_asked(client))
        del answer["iss"]
        named = {} if issuer is None else {"iss": issuer}
        assert client.get(BACK, answer | named).status_code == 503
        assert not is_signed_in(client)
        assert provider.exchanged == []

    def test_is_none_where_the_provider_names_itself(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        provider.document = {NAMES_ITSELF: True}
        client = Client()
        assert come_back(client, provider).headers["Location"] == "/books/"
        assert is_signed_in(client)


class TestDiscovery:
    @pytest.mark.parametrize(
        "document",
        [
            {"issuer": "https://other.example"},
            {"token_endpoint": "http://localhost:1/token"},
            {"authorization_endpoint": "javascript:alert(1)"},
        ],
    )
    def test_that_leads_elsewhere_is_refused(
        self, provider: OpenIdProvider, alice: User, document: dict[str, Any]
    ) -> None:
        provider.document = document
        assert Client().post(BEGIN).status_code == 503

    def test_takes_no_address_from_a_request(self, provider: OpenIdProvider) -> None:
        begin = f"{BEGIN}?auth_params=redirect_uri%3Dhttps://other.example&scope=admin"
        asked = address_asked(Client(), begin)
        assert "other.example" not in asked
        assert "admin" not in asked

    def test_trusts_no_unknown_authority(self, provider: OpenIdProvider, settings: Settings) -> None:
        settings.FEDERATION = {"corp": {**settings.FEDERATION["corp"], "ca_file": ""}}
        assert Client().post(BEGIN).status_code == 503

    @pytest.mark.parametrize(
        "change",
        [
            {"issuer": "http://localhost"},
            {"issuer": "https://a:b@localhost"},
            {"colour": "red"},
            {"rules": [{"group": "g", "company": "DEMO", "roles": ["emperor"]}]},
        ],
    )
    def test_is_configured_strictly(
        self, provider: OpenIdProvider, settings: Settings, change: dict[str, Any]
    ) -> None:
        settings.FEDERATION = {"corp": {**settings.FEDERATION["corp"], **change}}
        with pytest.raises(FederationMustBeWellFormed, match="FEDERATION"):
            configured_providers()


class TestLinking:
    def test_is_done_by_whoever_is_signed_in(self, provider: OpenIdProvider, alice: User) -> None:
        client = sign_in(Client(), alice)
        with watched_leaves() as log:
            come_back(client, provider, begin=LINK)
        assert log.verbs == ["identity.federation.linked"]
        account = SocialAccount.objects.get()
        assert (account.user, account.extra_data) == (alice, {})
        assert "can sign you in from now on" in Letter.objects.get().subject

    def test_is_told_when_it_ends(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        sign_in(Client(), alice).post(UNLINK)
        assert "signs you in no more" in Letter.objects.get().subject

    def test_never_takes_the_link_of_somebody_else(self, provider: OpenIdProvider, alice: User) -> None:
        linked(create_user(username="bob"))
        response = come_back(sign_in(Client(), alice), provider, begin=LINK)
        assert response.status_code == 409
        assert SocialAccount.objects.get().user.username == "bob"

    def test_is_taken_away_by_its_owner_alone(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        bob = sign_in(Client(), create_user(username="bob"))
        bob.post(UNLINK)
        assert SocialAccount.objects.count() == 1
        with watched_leaves() as log:
            assert sign_in(Client(), alice).post(UNLINK).headers["Location"] == "/accounts/security/"
        assert log.verbs == ["identity.federation.unlinked"]
        client = Client()
        come_back(client, provider)
        assert not is_signed_in(client)

    def test_is_taken_away_right_after_a_credential(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        client = sign_in(Client(), alice, at=clock.now() - timedelta(hours=1))
        assert client.post(UNLINK).headers["Location"].startswith("/accounts/confirm/")
        assert SocialAccount.objects.count() == 1

    def test_by_a_verified_address_needs_a_rule_for_its_domain(
        self, provider: OpenIdProvider, alice: User, settings: Settings
    ) -> None:
        trusting = {"links_by_verified_email": True, "email_domains": ["example.org"]}
        settings.FEDERATION = {"corp": {**settings.FEDERATION["corp"], **trusting}}
        stranger, unverified, verified = Client(), Client(), Client()
        come_back(unverified, provider, email="alice@example.org", email_verified=False)
        come_back(stranger, provider, email="alice@example.com", email_verified=True)
        assert not SocialAccount.objects.exists()
        come_back(verified, provider, email="Alice@example.org", email_verified=True)
        assert [is_signed_in(client) for client in (stranger, unverified, verified)] == [False, False, True]

    def test_by_an_address_never_reaches_a_platform_administrator(
        self, provider: OpenIdProvider, settings: Settings
    ) -> None:
        create_user(username="root", email="root@example.org", is_platform_administrator=True)
        trusting = {"links_by_verified_email": True, "email_domains": ["example.org"]}
        settings.FEDERATION = {"corp": {**settings.FEDERATION["corp"], **trusting}}
        client = Client()
        come_back(client, provider, email="root@example.org", email_verified=True)
        assert not is_signed_in(client)


class TestMapping:
    def roles(self, user: User, company_id: Any) -> set[str]:
        found = membership_in(user_id=user.id, company_id=company_id)
        return set(found.roles) if found else set()

    def test_gives_memberships_by_group_and_takes_them_at_the_next_sign_in(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        for groups, roles in (
            (["bookkeepers", "auditors", "gardeners"], {"accountant", "auditor"}),
            (["bookkeepers"], {"accountant"}),
            ([], set()),
        ):
            come_back(Client(), provider, groups=groups)
            assert self.roles(alice, company.id) == roles

    def test_leaves_alone_what_people_granted(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["viewer"])
        come_back(Client(), provider, groups=[])
        assert self.roles(alice, company.id) == {"viewer"}

    def test_keeps_what_people_granted_when_the_group_is_gone(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["controller", "auditor"])
        for groups, roles in (
            (["bookkeepers", "auditors"], {"controller", "auditor", "accountant"}),
            (["bookkeepers"], {"controller", "auditor", "accountant"}),
            ([], {"controller", "auditor"}),
        ):
            come_back(Client(), provider, groups=groups)
            assert self.roles(alice, company.id) == roles

    def test_leaves_a_rules_role_to_the_rule_when_somebody_changes_the_others(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        come_back(Client(), provider, groups=["bookkeepers"])
        let_in(company_id=company.id, user_id=alice.id, roles=["accountant", "viewer"])
        assert members_of(company_id=company.id)[0].by_rules == ("corp: accountant",)
        come_back(Client(), provider, groups=[])
        assert self.roles(alice, company.id) == {"viewer"}

    def test_brings_nothing_back_that_an_administrator_took(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        come_back(Client(), provider, groups=["bookkeepers", "auditors"])
        let_in(company_id=company.id, user_id=alice.id, roles=["accountant"])
        come_back(Client(), provider, groups=["bookkeepers", "auditors"])
        assert self.roles(alice, company.id) == {"accountant"}

    def test_is_taken_back_with_the_link(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["viewer"])
        come_back(Client(), provider, groups=["bookkeepers"])
        with watched_leaves() as log:
            sign_in(Client(), alice).post(UNLINK)
        assert log.verbs == ["identity.membership.granted", "identity.federation.unlinked"]
        assert self.roles(alice, company.id) == {"viewer"}

    def test_is_taken_back_when_the_provider_left_the_configuration(
        self, provider: OpenIdProvider, alice: User, settings: Settings
    ) -> None:
        linked(alice)
        bob = create_user(username="bob")
        SocialAccount.objects.create(user=bob, provider="corp", uid="another")
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=bob.id, roles=["controller"])
        come_back(Client(), provider, groups=["bookkeepers"])
        take_back_roles()
        assert self.roles(alice, company.id) == {"accountant"}
        settings.FEDERATION = {}
        with watched_leaves() as log:
            take_back_roles()
            take_back_roles()
        assert log.verbs == ["identity.membership.revoked"]
        assert (self.roles(alice, company.id), self.roles(bob, company.id)) == (set(), {"controller"})
        assert SocialAccount.objects.get(user=alice).extra_data == {"memberships": {}}

    def test_is_taken_back_when_its_rule_left_the_configuration(
        self, provider: OpenIdProvider, alice: User, settings: Settings
    ) -> None:
        linked(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        come_back(Client(), provider, groups=["bookkeepers", "auditors"])
        settings.FEDERATION = {
            "corp": {**settings.FEDERATION["corp"], "rules": settings.FEDERATION["corp"]["rules"][1:]}
        }
        take_back_roles()
        assert self.roles(alice, company.id) == {"auditor"}

    def test_lets_a_person_in_whose_rule_names_no_company(
        self, provider: OpenIdProvider, alice: User
    ) -> None:
        linked(alice)
        client = Client()
        come_back(client, provider, groups=["bookkeepers"])
        assert is_signed_in(client)
