# SPDX-License-Identifier: Apache-2.0
"""Members: invited, given roles, taken away; by those who may, and never by themselves."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.invitations.accept_invitation import accept_as_user
from cortex.identity.invitations.errors import InvitationMustBeOpen, InvitationMustExist
from cortex.identity.invitations.invite import invite
from cortex.identity.invitations.resend_invitation import resend_invitation
from cortex.identity.invitations.withdraw_invitation import withdraw_invitation
from cortex.identity.membership_changes import (
    AdministratorMustRemain,
    MembershipMustBeAnothersToChange,
    MembershipMustExist,
    revoke_membership,
)
from cortex.identity.memberships import grant_membership, membership_in
from cortex.identity.models import Invitation, Membership, User
from cortex.identity.principals import principal_of_user as principal_of_somebody
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.leaves import watched_leaves
from tests.factories.people import Cast, cast, just_signed_in, member, token_of_client
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PUBLIC_URL = "https://cortex.example.org"
PASSWORD = "correct horse battery"


@pytest.fixture
def people(settings: Settings) -> Cast:
    settings.PUBLIC_URL = PUBLIC_URL
    return cast()


@pytest.fixture
def dora(people: Cast) -> User:
    return member(people.company, name="dora", role="administrator")


def roles(user: User, company_id: UUID) -> set[str]:
    found = membership_in(user_id=user.id, company_id=company_id)
    return set(found.roles) if found else set()


def invited(people: Cast, by: User, *, email: str = "erik@example.org") -> str:
    """Invite somebody as clerk and return the path of the link."""
    invite(
        company_id=people.company.id,
        email=email,
        roles=["clerk"],
        invited_by=just_signed_in(by),
    )
    return link_in_the_last_letter()


def link_in_the_last_letter() -> str:
    found = re.search(
        rf"{PUBLIC_URL}(/accounts/invitations/\S+)", opened_body(Letter.objects.latest("created_at"))
    )
    assert found is not None
    return found[1]


class TestGranting:
    def test_is_an_administrators_and_leaves_a_leaf(self, people: Cast, dora: User) -> None:
        with watched_leaves() as log:
            grant_membership(
                company_id=people.company.id,
                user_id=people.bob.id,
                roles=["auditor", "viewer"],
                granted_by=just_signed_in(dora),
            )
        assert roles(people.bob, people.company.id) == {"auditor", "viewer"}
        assert "identity.membership.granted" in log.verbs

    def test_is_refused_to_a_controller_and_to_an_outsider(self, people: Cast) -> None:
        for user in (people.alice, people.charlie):
            with pytest.raises(AccessMustBeGranted):
                grant_membership(
                    company_id=people.company.id,
                    user_id=people.charlie.id,
                    roles=["viewer"],
                    granted_by=just_signed_in(user),
                )
        assert roles(people.charlie, people.company.id) == set()

    def test_needs_a_credential_of_the_last_ten_minutes(self, people: Cast, dora: User) -> None:
        with pytest.raises(StepUpMustComeFirst):
            grant_membership(
                company_id=people.company.id,
                user_id=people.bob.id,
                roles=["viewer"],
                granted_by=principal_of_somebody(dora),
            )
        client = sign_in(Client(), dora, at=clock.now() - timedelta(minutes=11))
        form, url = {"roles": ["viewer"]}, f"/accounts/companies/DEMO/members/{people.bob.id}/roles/"
        assert client.post(url, form).headers["Location"].startswith("/accounts/confirm/")
        answer = client.put("/api/v1/companies/DEMO/members/bob", form, content_type="application/json")
        told = answer.json()
        assert (answer.status_code, told["code"]) == (403, "policy.step_up_must_come_first")
        assert told["evidence"]["confirm_at"] == "/accounts/confirm/"
        assert roles(people.bob, people.company.id) == {"auditor"}

    def test_is_nobodys_own(self, people: Cast, dora: User) -> None:
        with pytest.raises(MembershipMustBeAnothersToChange):
            grant_membership(
                company_id=people.company.id,
                user_id=dora.id,
                roles=["administrator", "controller"],
                granted_by=just_signed_in(dora),
            )
        assert roles(dora, people.company.id) == {"administrator"}


class TestRevoking:
    def test_takes_effect_and_leaves_a_leaf(self, people: Cast, dora: User) -> None:
        with watched_leaves() as log:
            revoke_membership(
                company_id=people.company.id, user_id=people.bob.id, revoked_by=just_signed_in(dora)
            )
        assert roles(people.bob, people.company.id) == set()
        assert "identity.membership.revoked" in log.verbs

    def test_leaves_an_administrator(self, people: Cast, dora: User) -> None:
        console = Principal.service("console")
        with pytest.raises(AdministratorMustRemain):
            revoke_membership(company_id=people.company.id, user_id=dora.id, revoked_by=console)
        with pytest.raises(AdministratorMustRemain):
            grant_membership(
                company_id=people.company.id, user_id=dora.id, roles=["viewer"], granted_by=console
            )
        assert roles(dora, people.company.id) == {"administrator"}

    def test_of_nobody_is_refused(self, people: Cast, dora: User) -> None:
        with pytest.raises(MembershipMustExist):
            revoke_membership(
                company_id=people.company.id, user_id=people.charlie.id, revoked_by=just_signed_in(dora)
            )


class TestInvitation:
    def test_makes_an_account_and_a_membership_once(self, people: Cast, dora: User) -> None:
        path, client = invited(people, dora), Client()
        assert "Demo Trading invites you" in client.get(path).content.decode()
        assert not User.objects.filter(username="erik").exists()
        form = {
            "username": "erik",
            "full_name": "Erik",
            "new_password": PASSWORD,
            "repeated_password": PASSWORD,
        }
        assert client.post(path, form).headers["Location"] == "/accounts/security/"
        erik = User.objects.get(username="erik")
        assert (erik.email, roles(erik, people.company.id)) == ("erik@example.org", {"clerk"})
        assert "_auth_user_id" in client.session
        assert Client().post(path, form | {"username": "erik2"}).status_code == 403
        assert not User.objects.filter(username="erik2").exists()

    def test_is_not_used_up_by_a_weak_password_or_a_taken_name(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        weak = {"username": "erik", "new_password": "password1234", "repeated_password": "password1234"}
        taken = {"username": "alice", "new_password": PASSWORD, "repeated_password": PASSWORD}
        for form in (weak, taken):
            assert b'role="alert"' in Client().post(path, form).content
        assert not User.objects.filter(username="erik").exists()
        assert Client().get(path).status_code == 200

    def test_is_accepted_with_the_account_that_is_signed_in(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        sign_in(Client(), people.charlie).post(path)
        assert roles(people.charlie, people.company.id) == {"clerk"}

    def test_adds_to_the_roles_of_a_member(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        sign_in(Client(), people.bob).post(path)
        assert roles(people.bob, people.company.id) == {"auditor", "clerk"}

    def test_stores_neither_its_token_nor_the_letter_in_the_clear(self, people: Cast, dora: User) -> None:
        token = invited(people, dora).split("/")[-2]
        with scope([people.company.id]):
            stored = Invitation.objects.get()
        letter = Letter.objects.get()
        assert token.encode() not in bytes(stored.digest) + bytes(letter.body)
        assert (letter.recipient, letter.address) == (None, "erik@example.org")

    def test_is_over_after_a_week(self, people: Cast, dora: User) -> None:
        _, _, _, company_id, token, _ = invited(people, dora).split("/")
        with pytest.raises(InvitationMustBeOpen):
            accept_as_user(
                company_id=UUID(company_id),
                token=token,
                user=people.charlie,
                at=clock.now() + timedelta(days=7, seconds=1),
            )
        assert roles(people.charlie, people.company.id) == set()

    def test_that_is_withdrawn_opens_nothing_and_keeps_no_address(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        with scope([people.company.id]):
            found = Invitation.objects.get()
        withdraw_invitation(
            company_id=people.company.id, invitation_id=found.id, withdrawn_by=just_signed_in(dora)
        )
        assert Client().get(path).status_code == 403
        with scope([people.company.id]):
            found.refresh_from_db()
        assert found.email == ""

    def test_that_is_sent_again_has_a_new_link_alone(self, people: Cast, dora: User) -> None:
        former = invited(people, dora)
        with scope([people.company.id]):
            found = Invitation.objects.get()
        before = found.expires_at
        resend_invitation(
            company_id=people.company.id, invitation_id=found.id, resent_by=just_signed_in(dora)
        )
        again = link_in_the_last_letter()
        assert Client().get(former).status_code == 403
        assert Client().get(again).status_code == 200
        with scope([people.company.id]):
            found.refresh_from_db()
        assert found.expires_at > before
        client = sign_in(Client(), people.charlie)
        client.post(again)
        assert roles(people.charlie, people.company.id) == {"clerk"}

    def test_that_was_accepted_or_withdrawn_is_not_sent_again(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        with scope([people.company.id]):
            found = Invitation.objects.get()
        sign_in(Client(), people.charlie).post(path)
        with pytest.raises(InvitationMustExist):
            resend_invitation(
                company_id=people.company.id, invitation_id=found.id, resent_by=just_signed_in(dora)
            )
        assert Letter.objects.count() == 1

    def test_of_somebody_who_may_no_longer_invite_opens_nothing(self, people: Cast, dora: User) -> None:
        path = invited(people, dora)
        with scope([people.company.id]):
            Membership.objects.filter(user_id=dora.id).update(roles=["viewer"], roles_by_hand=["viewer"])
        client = sign_in(Client(), people.charlie)
        client.post(path)
        assert roles(people.charlie, people.company.id) == set()

    def test_is_an_administrators(self, people: Cast) -> None:
        with pytest.raises(AccessMustBeGranted):
            invited(people, people.alice)
        assert not Letter.objects.exists()


class TestPages:
    def test_show_members_to_those_who_may_see_them(self, people: Cast, dora: User) -> None:
        url = "/accounts/companies/DEMO/members/"
        assert "Invite somebody" in sign_in(Client(), dora).get(url).content.decode()
        shown = sign_in(Client(), people.bob).get(url).content.decode()
        assert "Alice" in shown
        assert "Invite somebody" not in shown
        assert sign_in(Client(), people.charlie).get(url).status_code == 404

    def test_change_roles_and_end_memberships(self, people: Cast, dora: User) -> None:
        client, url = sign_in(Client(), dora), "/accounts/companies/DEMO/members/"
        client.post(f"{url}{people.bob.id}/roles/", {"roles": ["viewer", "clerk"]})
        assert roles(people.bob, people.company.id) == {"viewer", "clerk"}
        client.post(f"{url}{people.bob.id}/revoke/")
        assert roles(people.bob, people.company.id) == set()

    def test_let_nobody_in_without_an_invitation(self, people: Cast, dora: User) -> None:
        client = sign_in(Client(), dora)
        client.post(f"/accounts/companies/DEMO/members/{people.charlie.id}/roles/", {"roles": ["clerk"]})
        assert roles(people.charlie, people.company.id) == set()

    def test_send_an_invitation(self, people: Cast, dora: User) -> None:
        client = sign_in(Client(), dora)
        form = {"email": "erik@example.org", "roles": ["clerk"]}
        client.post("/accounts/companies/DEMO/invitations/", form)
        assert Letter.objects.get().address == "erik@example.org"


class TestApi:
    def test_lists_changes_and_ends(self, people: Cast, dora: User) -> None:
        client, base = sign_in(Client(), dora), "/api/v1/companies/DEMO/members"
        listed = client.get(base).json()["items"]
        assert [(item["username"], item["roles"]) for item in listed] == [
            ("alice", ["controller"]),
            ("bob", ["auditor"]),
            ("dora", ["administrator"]),
        ]
        body = {"roles": ["viewer"]}
        assert client.put(f"{base}/bob", body, content_type="application/json").status_code == 200
        assert roles(people.bob, people.company.id) == {"viewer"}
        assert client.delete(f"{base}/bob").status_code == 204
        assert client.delete(f"{base}/charlie").status_code == 404
        assert client.delete(f"{base}/dora").status_code == 403

    def test_invites_by_a_program_so_that_the_link_opens(self, people: Cast, dora: User) -> None:
        del dora  # somebody is told of the new member
        token = token_of_client(people.company, "identity:read", "identity:write", role="administrator")
        body = {"email": "erik@example.org", "roles": ["clerk"]}
        path = "/api/v1/companies/DEMO/invitations"
        headers = {"Authorization": f"Bearer {token}"}
        assert Client().post(path, body, content_type="application/json", headers=headers).status_code == 201
        page = Client().get(link_in_the_last_letter())
        assert (page.status_code, b'name="username"' in page.content) == (200, True)

    def test_invites_and_withdraws(self, people: Cast, dora: User) -> None:
        client, base = sign_in(Client(), dora), "/api/v1/companies/DEMO/invitations"
        body = {"email": "erik@example.org", "roles": ["clerk"]}
        sent = client.post(base, body, content_type="application/json")
        assert sent.status_code == 201
        assert [item["email"] for item in client.get(base).json()["items"]] == ["erik@example.org"]
        assert client.delete(f"{base}/{sent.json()['id']}").status_code == 204
        assert client.get(base).json()["items"] == []
