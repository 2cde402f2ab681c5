# SPDX-License-Identifier: Apache-2.0
"""Whoever must have a second factor does nothing in person without one."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.invitations.invite import invite
from cortex.identity.memberships import memberships_of
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.stored import TOTP, factors_of
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.people.obligations import must_have_second_factor
from cortex.ports.authorizer import Authorizer, StepUpMustComeFirst
from cortex.ports.principal import Authentication
from cortex.ports.registry import get
from tests.factories.people import Cast, cast, create_company, create_user, just_signed_in, let_in, member
from tests.factories.sessions import is_signed_in, sign_in
from tests.integration.cortex.identity.test_second_factors import code, secret_on

pytestmark = pytest.mark.django_db
ENROL = "/accounts/second-factor/add/"
GRANT, WRITE_POLICY = "identity.membership.grant", "policy.version.write"


@pytest.fixture
def people() -> Cast:
    return cast()


def root() -> User:
    return create_user(username="root", is_platform_administrator=True)


def reviewer(people: Cast) -> User:
    User.objects.filter(pk=people.charlie.pk).update(is_plugin_reviewer=True)
    return User.objects.get(pk=people.charlie.pk)


class TestObligation:
    def test_holds_for_administrators_and_for_every_role_of_the_platform(self, people: Cast) -> None:
        dora = member(people.company, name="dora", role="administrator")
        bound = {dora.username: dora, "root": root(), "charlie": reviewer(people)}
        free = {"alice": people.alice, "bob": people.bob}
        assert {name: must_have_second_factor(user=user) for name, user in bound.items()} == {
            "dora": True,
            "root": True,
            "charlie": True,
        }
        assert not any(must_have_second_factor(user=user) for user in free.values())

    def test_holds_for_a_controller_who_administers_the_platform(self) -> None:
        user = root()
        company = cast().company
        let_in(company_id=company.id, user_id=user.id, roles=["controller"])
        assert must_have_second_factor(user=user)


class TestSession:
    @pytest.mark.parametrize(
        "path",
        ["/", "/admin/", "/books/", "/accounts/security/", "/accounts/security/password/", "/o/device/"],
    )
    def test_without_a_factor_is_led_to_add_one_from_every_page(self, path: str) -> None:
        client = sign_in(Client(), root(), methods=["pwd"])
        assert client.get(path, follow=True).redirect_chain[-1] == (ENROL, 302)

    def test_of_a_program_is_refused_with_the_reason(self, people: Cast) -> None:
        dora = member(people.company, name="dora", role="administrator")
        client = sign_in(Client(), dora, methods=["pwd"])
        for answer in (client.get("/api/v1/companies"), client.post("/api/v1/companies/DEMO/webhooks")):
            assert answer.status_code == 403
            assert answer.json()["code"] == "identity.second_factor_must_be_added"
            assert answer.headers["Content-Type"] == "application/problem+json"

    def test_of_somebody_who_needs_none_goes_on(self, people: Cast) -> None:
        client = sign_in(Client(), people.alice, methods=["pwd"])
        assert client.get("/api/v1/companies").status_code == 200
        assert client.get("/accounts/security/").status_code == 200

    def test_can_always_be_ended(self) -> None:
        client = sign_in(Client(), root(), methods=["pwd"])
        client.post("/accounts/logout/")
        assert not is_signed_in(client)

    def test_by_the_first_link_adds_an_app_and_goes_on(self) -> None:
        user, client = root(), Client()
        client.post(f"/accounts/one-time/{issue_one_time_sign_in(user=user, at=clock.now())}/")
        assert client.get("/admin/").headers["Location"] == ENROL
        assert "Add a passkey" in client.get(ENROL).content.decode()
        secret = secret_on(client.post("/accounts/security/app/begin/"))
        before = client.session.session_key
        client.post("/accounts/security/app/confirm/", {"code": code(secret)})
        assert [factor.kind for factor in factors_of(user_id=user.id)] == [TOTP]
        assert client.session.session_key != before
        assert client.get("/admin/").status_code == 200
        assert client.get(ENROL).headers["Location"] == "/accounts/security/"

    def test_that_began_before_the_factor_was_added_elsewhere_gives_it(self) -> None:
        user = root()
        client = sign_in(Client(), user, methods=["pwd"])
        Authenticator.objects.create(user=user, type=TOTP, data={})
        assert client.get("/admin/").headers["Location"] == "/accounts/confirm/?next=%2Fadmin%2F"
        answer = client.get("/api/v1/companies")
        assert (answer.status_code, answer.json()["code"]) == (403, "policy.step_up_must_come_first")


class TestInvitation:
    @pytest.fixture
    def accepting(self, people: Cast, settings: Settings) -> tuple[User, str]:
        """Return an administrator of one company, and where another one invites them."""
        settings.PUBLIC_URL = "https://cortex.example.org"
        erik = member(people.company, name="erik", role="administrator")
        other = create_company(code="OTHER", name="Other Trading")
        dora = member(other, name="dora", role="administrator")
        invite(
            company_id=other.id, email="erik@example.org", roles=["clerk"], invited_by=just_signed_in(dora)
        )
        found = re.search(r"org(/accounts/invitations/\S+)", opened_body(Letter.objects.latest("created_at")))
        assert found is not None
        return erik, found[1]

    def roles_of(self, user: User) -> dict[str, set[str]]:
        return {each.company_code: set(each.roles) for each in memberships_of(user_id=user.id)}

    def test_is_accepted_by_nobody_who_owes_a_factor(self, accepting: tuple[User, str]) -> None:
        erik, link = accepting
        client = sign_in(Client(), erik, methods=["pwd"])
        assert client.get(link).headers["Location"] == ENROL
        assert client.post(link).headers["Location"] == ENROL
        assert self.roles_of(erik) == {"DEMO": {"administrator"}}

    def test_is_accepted_with_the_factor(self, accepting: tuple[User, str]) -> None:
        erik, link = accepting
        assert sign_in(Client(), erik).post(link).headers["Location"] == "/"
        assert self.roles_of(erik) == {"DEMO": {"administrator"}, "OTHER": {"clerk"}}


class TestPolicy:
    @pytest.mark.parametrize("methods", [{"pwd"}, {"link"}, {"fed"}])
    def test_refuses_administrators_and_the_platform_one_factor(
        self, people: Cast, methods: set[str]
    ) -> None:
        dora = member(people.company, name="dora", role="administrator")
        proof = Authentication(methods=frozenset(methods), at=clock.now())
        for user, action, company_id in ((dora, GRANT, people.company.id), (root(), WRITE_POLICY, None)):
            actor = principal_of_user(user, authentication=proof)
            with pytest.raises(StepUpMustComeFirst):
                get(Authorizer).require(principal=actor, action=action, company_id=company_id)

    def test_lets_them_with_two(self, people: Cast) -> None:
        dora = member(people.company, name="dora", role="administrator")
        proof = Authentication(methods=frozenset({"pwd", "otp"}), at=clock.now())
        actor = principal_of_user(dora, authentication=proof)
        decision = get(Authorizer).decide(principal=actor, action=GRANT, company_id=people.company.id)
        assert decision.is_allowed
