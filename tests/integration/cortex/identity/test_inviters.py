# SPDX-License-Identifier: Apache-2.0
"""A link lets in by the right of whoever sent it, as that person, program or service stands today."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from cortex.canonical_json import canonical_digest
from cortex.identity.digests import invitation_digest
from cortex.identity.invitations.invite import invite
from cortex.identity.invitations.inviter import inviter_of_today
from cortex.identity.invitations.resend_invitation import resend_invitation
from cortex.identity.memberships import membership_in
from cortex.identity.models import Invitation, User
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.models import Authorization
from cortex.tenancy import scope
from tests.factories.people import (
    CONSOLE,
    Cast,
    cast,
    create_user,
    just_signed_in,
    let_in,
    member,
    service_client,
)
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.identity.test_members import PUBLIC_URL, link_in_the_last_letter

pytestmark = pytest.mark.django_db
SCOPES = ("identity:read", "identity:write")


@pytest.fixture
def people(settings: Settings) -> Cast:
    settings.PUBLIC_URL = PUBLIC_URL
    return cast()


@pytest.fixture
def robot(people: Cast) -> Principal:
    """Return a program whose service user is an administrator."""
    user = create_user(username="robot", kind=User.Kind.SERVICE)
    let_in(company_id=people.company.id, user_id=user.id, roles=["administrator"])
    service_client(user, client_id="robot", scopes=SCOPES)
    return Principal(kind="client", id="robot", user_id=user.id, scopes=frozenset(SCOPES))


@pytest.fixture
def through(people: Cast) -> Principal:
    """Return a program that Dora, an administrator, lets act in her name."""
    web, dora = Web(client_id="shop", scopes=SCOPES), member(people.company, name="dora", role="controller")
    web.tokens_from(sign_in(Client(), dora), scope=" ".join(SCOPES))
    let_in(company_id=people.company.id, user_id=dora.id, roles=["administrator"])
    with_factor(dora)
    authentication = just_signed_in(dora).authentication
    return Principal("client", "shop", dora.id, frozenset(SCOPES), True, authentication=authentication)


def link_of(people: Cast, inviter: Principal) -> str:
    invite(
        company_id=people.company.id, email="erik@example.org", roles=["administrator"], invited_by=inviter
    )
    return link_in_the_last_letter()


def becomes(people: Cast, path: str) -> set[str]:
    """Accept the link as Charlie, and return what he is then."""
    sign_in(Client(), people.charlie).post(path)
    found = membership_in(user_id=people.charlie.id, company_id=people.company.id)
    return set(found.roles) if found else set()


def stored(people: Cast) -> Invitation:
    with scope([people.company.id]):
        return Invitation.objects.get()


def _switch_off(user_id: UUID) -> None:
    switch_client(client_id="robot", is_enabled=False, switched_by=CONSOLE)


def _take_scopes(user_id: UUID) -> None:
    change_client(client_id="robot", changed_by=CONSOLE, scopes=["identity:read"])


def _ask_for_a_certificate(user_id: UUID) -> None:
    change_client(client_id="robot", changed_by=CONSOLE, certificate_id="spiffe://cortex/robot")


def _take_back(user_id: UUID) -> None:
    get(Programs).end_all_of(user_id=user_id, ended_by=CONSOLE)


def _allow_less(user_id: UUID) -> None:
    Authorization.objects.update(scopes=["identity:read"])


def _lose_the_factor(user_id: UUID) -> None:
    User.objects.get(id=user_id).authenticator_set.all().delete()


class TestAProgram:
    def test_lets_in_while_it_may(self, people: Cast, robot: Principal) -> None:
        assert becomes(people, link_of(people, robot)) == {"administrator"}

    @pytest.mark.parametrize("meanwhile", [_switch_off, _take_scopes, _ask_for_a_certificate])
    def test_lets_nobody_in_that_may_no_more(
        self, people: Cast, robot: Principal, meanwhile: Callable[[UUID], None]
    ) -> None:
        path = link_of(people, robot)
        assert robot.user_id is not None
        meanwhile(robot.user_id)
        assert becomes(people, path) == set()
        assert stored(people).accepted_at is None


class TestAProgramOfAPerson:
    def test_lets_in_while_she_lets_it(self, people: Cast, through: Principal) -> None:
        assert becomes(people, link_of(people, through)) == {"administrator"}

    @pytest.mark.parametrize("meanwhile", [_take_back, _allow_less, _lose_the_factor])
    def test_lets_nobody_in_that_she_does_not_let(
        self, people: Cast, through: Principal, meanwhile: Callable[[UUID], None]
    ) -> None:
        path = link_of(people, through)
        assert through.user_id is not None
        meanwhile(through.user_id)
        assert becomes(people, path) == set()


class TestAService:
    def test_of_ours_is_asked_about_as_itself_and_never_as_the_console(self, people: Cast) -> None:
        """Let in by a certificate, it has no user: it was taken for whoever has the machine."""
        path = link_of(people, CONSOLE)
        with scope([people.company.id]):
            Invitation.objects.update(inviter_id="reporting")
        assert inviter_of_today(stored(people)) == Principal.service("reporting")
        assert becomes(people, path) == set()

    def test_that_is_the_console_lets_in(self, people: Cast) -> None:
        assert becomes(people, link_of(people, CONSOLE)) == {"administrator"}


class TestALinkOfBefore:
    def test_opens_nothing_until_it_is_sent_again(self, people: Cast) -> None:
        path = link_of(people, CONSOLE)
        unknown: dict[str, Any] = {"inviter_kind": None, "inviter_id": ""}
        with scope([people.company.id]):
            Invitation.objects.update(**unknown)
        assert becomes(people, path) == set()
        resend_invitation(company_id=people.company.id, invitation_id=stored(people).id, resent_by=CONSOLE)
        assert becomes(people, link_in_the_last_letter()) == {"administrator"}

    def test_that_is_sent_again_is_the_senders(self, people: Cast, robot: Principal) -> None:
        link_of(people, robot)
        switch_client(client_id="robot", is_enabled=False, switched_by=CONSOLE)
        dora = member(people.company, name="dora", role="administrator")
        resend_invitation(
            company_id=people.company.id, invitation_id=stored(people).id, resent_by=just_signed_in(dora)
        )
        assert inviter_of_today(stored(people)).urn == f"user:{dora.id}"
        assert becomes(people, link_in_the_last_letter()) == {"administrator"}

    def test_has_the_digest_that_its_leaf_holds(self, people: Cast, robot: Principal) -> None:
        link_of(people, robot)
        made = stored(people)
        told = invitation_digest(made)
        made.inviter_id = "another"
        assert invitation_digest(made) != told
        made.inviter_kind, made.inviter_id = None, ""
        assert invitation_digest(made) == _as_before(made)


def _as_before(made: Invitation) -> str:
    return canonical_digest(
        {
            "roles": ["administrator"],
            "expires_at": made.expires_at.isoformat(timespec="microseconds"),
            "is_accepted": False,
            "is_withdrawn": False,
        }
    )
