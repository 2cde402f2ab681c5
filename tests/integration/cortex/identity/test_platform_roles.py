# SPDX-License-Identifier: Apache-2.0
"""Roles on the platform: given and taken by two, at the console by whoever has the machine."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from cortex.approvals.approve import approve
from cortex.approvals.models import Proposal
from cortex.errors import CortexError
from cortex.identity.deactivate_user import deactivate_user
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.models import SignedInSession, User
from cortex.identity.platform_administrators import PlatformAdministratorMustRemain
from cortex.identity.platform_role_changes import (
    PlatformRoleMustBeAgreedToByOthers,
    PlatformRoleMustBeAPersons,
    PlatformRoleMustBeKnown,
    PlatformRoleMustChange,
)
from cortex.identity.platform_role_kinds import grant_or_propose, revoke_or_propose
from cortex.identity.revoke_platform_role import revoke_platform_role
from cortex.mail.models import Letter
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from tests.factories.leaves import watched_leaves
from tests.factories.people import CONSOLE, create_user, just_signed_in, person

pytestmark = pytest.mark.django_db
REVIEWER, ADMINISTRATOR = "plugin-reviewer", "platform-admin"
PASSWORD = "correct horse battery"  # pragma: allowlist secret


@pytest.fixture
def paula() -> User:
    return create_user(username="paula", email="paula@example.org", is_platform_administrator=True)


@pytest.fixture
def pete() -> User:
    return create_user(username="pete", is_platform_administrator=True)


def roles(user: User) -> frozenset[str]:
    return User.objects.get(pk=user.pk).platform_roles


def run(verb: str, name: str, role: str) -> None:
    call_command("platform_role", verb, "--user", name, "--role", role, stdout=StringIO())


class TestConsole:
    def test_gives_and_takes_with_leaves_letters_and_an_end_of_sessions(self, paula: User) -> None:
        dora = create_user(username="dora", password=PASSWORD)
        Client().post("/accounts/login/", {"username": "dora", "password": PASSWORD})
        before = set(Letter.objects.values_list("id", flat=True))
        with watched_leaves() as log:
            run("grant", "dora", ADMINISTRATOR)
        assert log.verbs == ["identity.session.ended", "identity.platform_role.granted"]
        assert (roles(dora), User.objects.get(pk=dora.pk).is_staff) == ({ADMINISTRATOR}, True)
        assert not SignedInSession.objects.exists()
        assert set(Letter.objects.exclude(id__in=before).values_list("topic", "address")) == {
            ("identity.platform_role", "paula@example.org")
        }
        with watched_leaves() as log:
            run("revoke", "dora", ADMINISTRATOR)
        assert log.verbs == ["identity.platform_role.revoked"]
        assert (roles(dora), User.objects.get(pk=dora.pk).is_staff) == (frozenset(), False)

    def test_leaves_the_last_platform_administrator(self, paula: User) -> None:
        with pytest.raises(CommandError, match="expected another active one to be left"):
            run("revoke", "paula", ADMINISTRATOR)
        with pytest.raises(PlatformAdministratorMustRemain):
            deactivate_user(user_id=paula.id, actor=CONSOLE)
        assert roles(paula) == {ADMINISTRATOR}

    def test_takes_from_one_of_two(self, paula: User, pete: User) -> None:
        run("revoke", "paula", ADMINISTRATOR)
        assert (roles(paula), roles(pete)) == (frozenset(), {ADMINISTRATOR})


class TestRole:
    def test_is_a_persons(self) -> None:
        robot, gone = create_user(username="robot", kind="service"), person("gone")
        User.objects.filter(pk=gone.pk).update(is_active=False)
        for user in (robot, gone):
            with pytest.raises(PlatformRoleMustBeAPersons):
                grant_platform_role(user_id=user.id, role=REVIEWER, granted_by=CONSOLE)
            assert not User.objects.get(pk=user.pk).is_plugin_reviewer

    def test_is_one_that_there_is(self) -> None:
        with pytest.raises(PlatformRoleMustBeKnown):
            grant_platform_role(user_id=person("dora").id, role="controller", granted_by=CONSOLE)

    def test_is_neither_given_nor_taken_twice(self) -> None:
        dora = person("dora")
        with pytest.raises(PlatformRoleMustChange):
            revoke_platform_role(user_id=dora.id, role=REVIEWER, revoked_by=CONSOLE)
        grant_platform_role(user_id=dora.id, role=REVIEWER, granted_by=CONSOLE)
        with pytest.raises(PlatformRoleMustChange):
            grant_platform_role(user_id=dora.id, role=REVIEWER, granted_by=CONSOLE)
        assert roles(dora) == {REVIEWER}


class TestPlatformAdministrators:
    def test_give_nothing_alone(self, paula: User) -> None:
        dora = person("dora")
        with pytest.raises(ApprovalMustComeFirst):
            grant_platform_role(user_id=dora.id, role=REVIEWER, granted_by=just_signed_in(paula))
        assert roles(dora) == frozenset()

    def test_propose_what_another_agrees_to(self, paula: User, pete: User) -> None:
        dora = person("dora")
        by = just_signed_in(paula)
        assert grant_or_propose(user_id=dora.id, role=REVIEWER, granted_by=by) is not None
        assert roles(dora) == frozenset()
        self._approve(pete)
        assert roles(dora) == {REVIEWER}
        assert revoke_or_propose(user_id=dora.id, role=REVIEWER, revoked_by=by) is not None
        assert roles(dora) == {REVIEWER}
        self._approve(pete)
        assert roles(dora) == frozenset()

    def test_agree_to_nothing_about_themselves(self, paula: User, pete: User) -> None:
        grant_or_propose(user_id=pete.id, role=REVIEWER, granted_by=just_signed_in(paula))
        assert isinstance(self._approve(pete), PlatformRoleMustBeAgreedToByOthers)
        assert roles(pete) == {ADMINISTRATOR}
        assert Proposal.objects.get().state == Proposal.State.WAITING

    def test_give_and_take_nothing_of_their_own(self, paula: User, pete: User) -> None:
        by = just_signed_in(paula)
        with pytest.raises(AccessMustBeGranted, match="gives themselves a role"):
            grant_or_propose(user_id=paula.id, role=REVIEWER, granted_by=by)
        with pytest.raises(AccessMustBeGranted):
            revoke_or_propose(user_id=paula.id, role=ADMINISTRATOR, revoked_by=by)
        assert (roles(paula), Proposal.objects.count()) == ({ADMINISTRATOR}, 0)

    def _approve(self, user: User) -> CortexError | None:
        waiting = Proposal.objects.get(state=Proposal.State.WAITING)
        return approve(
            company_id=None,
            proposal_id=waiting.id,
            digest=waiting.digest,
            approved_by=just_signed_in(user),
        ).failure
