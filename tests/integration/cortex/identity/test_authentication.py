# SPDX-License-Identifier: Apache-2.0
"""What a session knows about how its person signed in reaches the principal."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client

from cortex import clock
from cortex.identity.authentication import record_authentication
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.principals import principal_of
from cortex.ports.principal import Authentication, Principal
from tests.factories.people import create_user
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def principal(client: Client) -> Principal:
    request = HttpRequest()
    request.session = client.session
    request.user = get_user(request)
    return principal_of(request)


class TestAuthentication:
    def test_by_password_is_told_with_its_time(self, alice: User) -> None:
        client, before = Client(), clock.now()
        client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
        told = principal(client).authentication
        assert told.methods == {"pwd"}
        assert told.at is not None
        assert before <= told.at <= clock.now()

    def test_by_link_is_no_password_and_no_second_factor(self, alice: User) -> None:
        client = Client()
        client.post(f"/accounts/one-time/{issue_one_time_sign_in(user=alice, at=clock.now())}/")
        told = principal(client).authentication
        assert (told.methods, told.has_second_factor) == ({"link"}, False)

    def test_of_a_session_that_knows_nothing_proves_nothing(self, alice: User) -> None:
        client = Client()
        client.force_login(alice)
        assert principal(client).authentication == Authentication()

    def test_keeps_earlier_methods_and_takes_the_later_time(self, alice: User) -> None:
        early, late = clock.now() - timedelta(hours=1), clock.now()
        client = sign_in(Client(), alice, at=early)
        session = client.session
        record_authentication(session=session, methods=["otp"], at=late)
        session.save()
        told = principal(client).authentication
        assert (told.methods, told.at, told.has_second_factor) == ({"pwd", "otp"}, late, True)
