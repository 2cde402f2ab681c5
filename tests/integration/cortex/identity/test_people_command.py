# SPDX-License-Identifier: Apache-2.0
"""The console helps whoever is locked out, and locks out whoever must go."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from cortex import clock
from cortex.identity.deactivate_user import deactivate_user
from cortex.identity.models import OneTimeSignIn, User
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.recovery_codes import renew_recovery_codes
from cortex.mail.models import Letter
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user, just_signed_in
from tests.factories.sessions import is_let_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def signed_in() -> Client:
    client = Client()
    client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
    return client


def run(verb: str) -> str:
    output = StringIO()
    call_command("people", verb, user="alice", stdout=output)
    return output.getvalue()


class TestPeopleCommand:
    def test_ends_sessions_at_once(self, alice: User) -> None:
        client = signed_in()
        assert run("end-sessions") == "alice: 1 sessions ended\n"
        assert not is_let_in(client)

    def test_removes_factors(self, alice: User) -> None:
        renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        assert run("remove-factors") == "alice: 1 factors removed\n"

    def test_that_removes_factors_ends_what_relied_on_them_and_tells_the_person(self, alice: User) -> None:
        User.objects.filter(pk=alice.pk).update(email="alice@example.org")
        client = signed_in()
        Authenticator.objects.create(user=alice, type="totp", data={})
        with watched_leaves() as log:
            assert run("remove-factors") == "alice: 1 factors removed\n"
        assert log.verbs == ["identity.session.ended", "identity.factors.removed"]
        assert not is_let_in(client)
        letter = Letter.objects.get()
        assert (letter.topic, letter.address) == ("identity.factors_removed", "alice@example.org")

    def test_ends_a_pause(self, alice: User) -> None:
        for _ in range(11):
            Client().post("/accounts/login/", {"username": "alice", "password": "wrong"})
        assert not is_let_in(signed_in())
        run("end-pause")
        assert is_let_in(signed_in())

    def test_switches_off_and_on(self, alice: User) -> None:
        client = signed_in()
        issue_one_time_sign_in(user=alice, at=clock.now())
        with watched_leaves() as log:
            run("deactivate")
        assert log.verbs == ["identity.session.ended", "identity.user.deactivated"]
        assert not OneTimeSignIn.objects.exists()
        assert (is_let_in(client), is_let_in(signed_in())) == (False, False)
        run("reactivate")
        assert is_let_in(signed_in())

    def test_names_a_user_who_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="User alice: expected a user"):
            run("deactivate")


class TestDeactivation:
    def test_is_a_platform_administrators_and_nobodys_own(self, alice: User) -> None:
        root = create_user(username="root", is_platform_administrator=True)
        with pytest.raises(AccessMustBeGranted):
            deactivate_user(user_id=root.id, actor=just_signed_in(alice))
        with pytest.raises(AccessMustBeGranted):
            deactivate_user(user_id=root.id, actor=just_signed_in(root))
        deactivate_user(user_id=alice.id, actor=just_signed_in(root))
        alice.refresh_from_db()
        root.refresh_from_db()
        assert (alice.is_active, root.is_active) == (False, True)
