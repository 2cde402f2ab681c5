# SPDX-License-Identifier: Apache-2.0
"""What still signs in while the vault is away, and what an outage does not count against anybody."""

import pytest
from django.test import Client

from cortex import clock
from cortex.identity.models import SignInFailure, User
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.recovery_codes import (
    is_shaped_like_a_recovery_code,
    renew_recovery_codes,
)
from cortex.identity.sign_in_attempts import code_subject
from tests.factories.keepers import keeper_away
from tests.factories.people import create_user
from tests.factories.sessions import is_signed_in
from tests.integration.cortex.identity.test_second_factors import PASSWORD, code, give_password, with_app

pytestmark = pytest.mark.django_db
GIVE = "/accounts/second-factor/"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def failures(user: User) -> int:
    found = SignInFailure.objects.filter(subject=code_subject(user.id).digest).first()
    return found.failures if found else 0


class TestAbsentVault:
    def test_lets_a_recovery_code_sign_in_once(self, alice: User) -> None:
        with_app(alice)
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        first, second = Client(), Client()
        with keeper_away():
            for client in (first, second):
                give_password(client)
                client.post(GIVE, {"code": f" {codes[0].upper()} "})
        assert (is_signed_in(first), is_signed_in(second)) == (True, False)

    def test_bounds_guesses_of_recovery_codes_as_ever(self, alice: User) -> None:
        with_app(alice)
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        client = Client()
        wrong = "aaaaaa-aaaaaa-aaaaaa-aaaaaa"
        with keeper_away():
            give_password(client)
            answers = [client.post(GIVE, {"code": each}).status_code for each in [*[wrong] * 5, codes[0]]]
        assert answers == [200] * 5 + [429]
        assert not is_signed_in(client)

    def test_counts_no_code_of_the_app_against_its_person(self, alice: User) -> None:
        secret = with_app(alice)
        client = Client(raise_request_exception=False)
        give_password(client)
        with keeper_away():
            answers = {client.post(GIVE, {"code": code(secret)}).status_code for _ in range(8)}
        assert answers == {503}
        assert failures(alice) <= 1
        client.post(GIVE, {"code": code(secret)})
        assert is_signed_in(client)

    def test_knows_a_recovery_code_by_its_shape(self, alice: User) -> None:
        made = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        assert all(is_shaped_like_a_recovery_code(each) for each in made)
        assert not any(
            is_shaped_like_a_recovery_code(each) for each in ("", "123456", "123 456", made[0][:-1])
        )
