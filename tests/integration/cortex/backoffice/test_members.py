# SPDX-License-Identifier: Apache-2.0
"""Members, invitations and limits in the administration: changed by those who may, through the services."""

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.database.transactions import transactional
from cortex.identity.invitations.invite import invite
from cortex.identity.memberships import membership_in
from cortex.identity.models import Invitation, Membership, User
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_company, member
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff

pytestmark = pytest.mark.django_db
MEMBERS, INVITED, LIMITS = (
    "/admin/identity/membership/",
    "/admin/identity/invitation/",
    "/admin/approvals/entrylimit/",
)
CONSOLE = Principal.service("console")


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    user = member(people.company, name="dora", role="administrator")
    User.objects.filter(id=user.id).update(is_staff=True)
    return sign_in(Client(raise_request_exception=False), user, methods=("pwd", "otp"))


def membership_of(user: User, people: Cast) -> Membership:
    with scope([people.company.id]):
        return Membership.objects.get(user=user)


def open_invitation(people: Cast, settings: Settings) -> Invitation:
    settings.PUBLIC_URL = "https://cortex.example"
    made = invite(company_id=people.company.id, email="erik@example.org", roles=["clerk"], invited_by=CONSOLE)
    with scope([people.company.id]):
        return Invitation.objects.get(id=made)


class TestMembership:
    def test_gets_other_roles(self, dora: Client, people: Cast) -> None:
        path = f"{MEMBERS}{membership_of(people.bob, people).pk}/roles/"
        assert "checked" in page(dora.get(path))
        assert dora.post(path, {"roles": ["viewer", "clerk"]}).status_code == 302
        found = membership_in(user_id=people.bob.id, company_id=people.company.id)
        assert found is not None
        assert found.roles == {"viewer", "clerk"}

    def test_is_ended(self, dora: Client, people: Cast) -> None:
        path = f"{MEMBERS}{membership_of(people.bob, people).pk}/revoke/"
        assert dora.get(path).status_code == 200
        assert membership_in(user_id=people.bob.id, company_id=people.company.id) is not None
        assert dora.post(path).status_code == 302
        assert membership_in(user_id=people.bob.id, company_id=people.company.id) is None

    def test_is_not_ones_own_to_change(self, dora: Client, people: Cast) -> None:
        mine = membership_of(User.objects.get(username="dora"), people)
        answer = dora.post(f"{MEMBERS}{mine.pk}/roles/", {"roles": ["controller"]})
        assert answer.status_code == 403
        assert membership_of(mine.user, people).roles == ["administrator"]

    def test_is_changed_by_nobody_who_only_looks(self, people: Cast) -> None:
        path = f"{MEMBERS}{membership_of(people.bob, people).pk}/"
        alice = staff(people.alice)
        assert "Change the roles" not in page(alice.get(f"{path}change/"))
        for verb in ("roles", "revoke"):
            assert alice.post(f"{path}{verb}/", {"roles": ["viewer"]}).status_code == 403
        assert membership_of(people.bob, people).roles == ["auditor"]


class TestInvitation:
    def test_is_sent_again_and_withdrawn(self, dora: Client, people: Cast, settings: Settings) -> None:
        made = open_invitation(people, settings)
        shown = page(dora.get(INVITED))
        assert "erik@example.org" in shown
        assert made.digest.hex() not in shown
        assert dora.post(f"{INVITED}{made.pk}/resend/").status_code == 302
        with scope([people.company.id]):
            assert Invitation.objects.get().digest != made.digest
        assert dora.post(f"{INVITED}{made.pk}/withdraw/").status_code == 302
        assert "erik@example.org" not in page(dora.get(INVITED))
        with scope([people.company.id]):
            assert Invitation.objects.get().withdrawn_at is not None

    def test_is_seen_by_those_alone_who_let_people_in(self, people: Cast, settings: Settings) -> None:
        made = open_invitation(people, settings)
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in (INVITED, f"{INVITED}{made.pk}/withdraw/"):
                assert client.post(path).status_code in (403, 404), path
        with scope([people.company.id]):
            assert transactional(Invitation.objects.get)().withdrawn_at is None

    def test_of_another_company_is_not_there(self, dora: Client, people: Cast, settings: Settings) -> None:
        elsewhere = replace(people, company=create_company(code="OTHER", name="Other Trading"))
        other = open_invitation(elsewhere, settings)
        assert "erik@example.org" not in page(dora.get(INVITED))
        assert dora.post(f"{INVITED}{other.pk}/withdraw/").status_code == 404


class TestLimits:
    def test_are_listed_with_the_way_to_set_them(self, people: Cast) -> None:
        with scope([people.company.id]):
            set_entry_limit(
                company_id=people.company.id, role="clerk", entry_limit_minor=123_400, set_by=CONSOLE
            )
        shown = page(staff(people.alice).get(LIMITS))
        assert "role clerk" in shown
        assert "123400" in shown
        assert "/books/DEMO/approvals/limits/" in shown
        assert staff(people.charlie).get(LIMITS).status_code == 403
