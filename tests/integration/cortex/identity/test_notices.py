# SPDX-License-Identifier: Apache-2.0
"""Changes of one's own account are told by mail in their own transaction: what cannot be told is not done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from cortex import clock
from cortex.container.override import override
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_link
from cortex.identity.password_change import change_password
from cortex.identity.password_reset import RESET, person_of_reset, reset_password
from cortex.identity.second_factors.recovery_codes import renew_recovery_codes, unused_recovery_codes
from cortex.identity.second_factors.stored import factors_of, remove_factor
from cortex.identity.second_factors.totp import add_totp, new_secret
from cortex.mail.models import Letter
from cortex.ports.mail import Letters
from cortex.ports.vault import VaultMustBeReachable
from tests.factories.letters import SealedLetters
from tests.factories.people import create_user, just_signed_in
from tests.factories.sessions import with_factor

pytestmark = pytest.mark.django_db
OLD, NEW = "correct horse battery", "battery staple correct"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=OLD, email="alice@example.test")


def changes_password(user: User) -> None:
    change_password(user=user, password=NEW, actor=just_signed_in(user), session_key=None)


def adds_app(user: User) -> None:
    secret, now = new_secret(), clock.now()
    code = format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30))
    add_totp(user=user, secret=secret, code=code, at=now, actor=just_signed_in(user))


def renews_codes(user: User) -> None:
    renew_recovery_codes(user=user, at=clock.now(), actor=just_signed_in(user))


def removes_factor(user: User) -> None:
    (factor,) = factors_of(user_id=user.id)
    remove_factor(
        user=user, factor_id=factor.id, actor=just_signed_in(user), must_keep_one=False, session_key=None
    )


CHANGES: dict[str, Callable[[User], None]] = {
    "password_changed": changes_password,
    "app_added": adds_app,
    "recovery_codes_renewed": renews_codes,
    "factor_removed": removes_factor,
}


def state(user: User) -> tuple[object, ...]:
    found = User.objects.get(pk=user.pk)
    return found.password, factors_of(user_id=user.id), unused_recovery_codes(user_id=user.id)


@pytest.mark.parametrize("topic", CHANGES)
class TestChange:
    def test_is_told_to_its_person(self, alice: User, topic: str) -> None:
        if topic == "factor_removed":
            with_factor(alice)
        CHANGES[topic](alice)
        letter = Letter.objects.get()
        assert (letter.topic, letter.recipient) == (f"identity.{topic}", alice)

    def test_is_not_done_untold(self, alice: User, topic: str) -> None:
        if topic == "factor_removed":
            with_factor(alice)
        before = state(alice)
        with override(Letters, SealedLetters()), pytest.raises(VaultMustBeReachable):
            CHANGES[topic](alice)
        assert state(alice) == before


class TestResetPassword:
    def test_leaves_the_link_where_it_cannot_be_told(self, alice: User) -> None:
        now = clock.now()
        token = issue_link(user=alice, purpose=RESET, at=now, lifetime=timedelta(minutes=30))
        with override(Letters, SealedLetters()), pytest.raises(VaultMustBeReachable):
            reset_password(token=token, password=NEW, at=now)
        assert person_of_reset(token=token, at=now) == alice
        assert state(alice)[0] == alice.password
