# SPDX-License-Identifier: Apache-2.0
"""Second factors: added after a fresh credential, asked for at sign-in, used once, and kept sealed."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from cortex import clock
from cortex.container.override import override
from cortex.identity.authentication import authentication_of
from cortex.identity.models import SignedInSession, SignInFailure, User
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.recovery_codes import (
    is_right_recovery_code,
    renew_recovery_codes,
    unused_recovery_codes,
)
from cortex.identity.second_factors.stored import factors_of
from cortex.identity.second_factors.totp import add_totp, new_secret
from cortex.identity.sign_in_attempts import code_subject
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.ports.clock import Clock
from tests.factories.clocks import StoppedClock
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_company, create_user, let_in
from tests.factories.sessions import is_let_in, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SECURITY = "/accounts/security/"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def code(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30 + steps))


def with_app(user: User) -> str:
    """Give the user an app whose next code is still unused; return its secret."""
    secret = new_secret()
    add_totp(
        user=user, secret=secret, code=code(secret, steps=-1), at=clock.now(), actor=principal_of_user(user)
    )
    return secret


def secret_on(page: Any) -> str:
    """Return the secret that the page for a new app shows."""
    found = re.search(rb"<code>([A-Z2-7 ]+)</code>", page.content)
    assert found is not None
    return found[1].decode().replace(" ", "")


def give_password(client: Client):  # type: ignore[no-untyped-def]
    return client.post("/accounts/login/", {"username": "alice", "password": PASSWORD, "next": "/books/"})


class TestApp:
    def test_is_added_once_a_code_of_it_was_right(self, alice: User) -> None:
        client = sign_in(Client(), alice)
        with watched_leaves() as log:
            page = client.post(f"{SECURITY}app/begin/")
            plain = secret_on(page)
            assert b"<svg" in page.content
            assert client.post(f"{SECURITY}app/confirm/", {"code": "000000"}).status_code == 200
            assert factors_of(user_id=alice.id) == []
            assert client.post(f"{SECURITY}app/confirm/", {"code": code(plain)}).status_code == 302
        assert [factor.kind for factor in factors_of(user_id=alice.id)] == ["totp"]
        assert log.verbs == ["identity.totp.added", "identity.session.confirmed"]

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_is_not_added_by_a_code_from_outside_its_time(self, alice: User, steps: int) -> None:
        client = sign_in(Client(), alice)
        plain = secret_on(client.post(f"{SECURITY}app/begin/"))
        stopped = StoppedClock()
        far = format_hotp_value(hotp_value(plain, int(stopped.at.timestamp()) // 30 + steps))
        with override(Clock, stopped):
            assert client.post(f"{SECURITY}app/confirm/", {"code": far}).status_code == 200
        assert factors_of(user_id=alice.id) == []

    def test_has_a_secret_of_160_bits_that_no_other_has(self) -> None:
        secrets = {new_secret() for _ in range(20)}
        assert len(secrets) == 20
        assert {len(base64.b32decode(each)) for each in secrets} == {20}

    def test_stores_its_secret_sealed_and_nowhere_in_the_clear(self, alice: User) -> None:
        client = sign_in(Client(), alice)
        plain = secret_on(client.post(f"{SECURITY}app/begin/"))
        assert plain not in str(dict(client.session.items()))
        client.post(f"{SECURITY}app/confirm/", {"code": code(plain)})
        stored = Authenticator.objects.get()
        assert plain not in str(stored.data)
        assert stored.data["secret"].startswith("cortex-key:")

    def test_is_worthless_in_another_row(self, alice: User) -> None:
        secret = with_app(alice)
        bob = create_user(username="bob", password=PASSWORD)
        Authenticator.objects.update(user_id=bob.id)
        client = Client(raise_request_exception=False)
        client.post("/accounts/login/", {"username": "bob", "password": PASSWORD})
        assert client.post("/accounts/second-factor/", {"code": code(secret)}).status_code == 500
        assert not is_signed_in(client)

    def test_needs_a_fresh_credential_to_be_added(self, alice: User) -> None:
        client = sign_in(Client(), alice, at=clock.now() - timedelta(minutes=11))
        response = client.post(f"{SECURITY}app/begin/", headers={"referer": f"http://testserver{SECURITY}"})
        assert (response.status_code, response.headers["Location"]) == (
            303,
            "/accounts/confirm/?next=%2Faccounts%2Fsecurity%2F&sent=1",
        )
        assert "pending_app" not in client.session


class TestSignIn:
    def test_asks_for_the_second_factor_before_anything_opens(self, alice: User) -> None:
        secret = with_app(alice)
        client = Client()
        assert give_password(client).headers["Location"] == "/accounts/second-factor/"
        assert not is_signed_in(client)
        assert client.get("/books/").status_code == 302
        response = client.post("/accounts/second-factor/", {"code": code(secret)})
        assert response.headers["Location"] == "/books/"
        assert is_signed_in(client)
        assert SignedInSession.objects.get().methods == ["otp", "pwd"]

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_takes_no_code_from_outside_its_time(self, alice: User, steps: int) -> None:
        secret, client = new_secret(), Client()
        stopped = StoppedClock()
        now = int(stopped.at.timestamp()) // 30
        early = format_hotp_value(hotp_value(secret, now - 10))
        added_at = stopped.at - timedelta(seconds=300)
        add_totp(user=alice, secret=secret, code=early, at=added_at, actor=principal_of_user(alice))
        with override(Clock, stopped):
            give_password(client)
            far = format_hotp_value(hotp_value(secret, now + steps))
            assert client.post("/accounts/second-factor/", {"code": far}).status_code == 200
            assert not is_signed_in(client)
            near = format_hotp_value(hotp_value(secret, now + steps // 2))
            client.post("/accounts/second-factor/", {"code": near})
        assert is_signed_in(client)

    def test_takes_no_code_twice(self, alice: User) -> None:
        secret = with_app(alice)
        first, second = Client(), Client()
        for client in (first, second):
            give_password(client)
            client.post("/accounts/second-factor/", {"code": code(secret)})
        assert (is_signed_in(first), is_signed_in(second)) == (True, False)

    def test_is_bounded_in_guesses_of_the_code(self, alice: User) -> None:
        secret = with_app(alice)
        client = Client()
        give_password(client)
        for _ in range(5):
            client.post("/accounts/second-factor/", {"code": "123"})
        response = client.post("/accounts/second-factor/", {"code": code(secret)})
        assert response.status_code == 429
        assert not is_signed_in(client)
        SignInFailure.objects.all().delete()
        client.post("/accounts/second-factor/", {"code": code(secret)})
        assert is_signed_in(client)

    def test_gives_the_session_a_new_key_at_each_step(self, alice: User) -> None:
        secret = with_app(alice)
        client = Client()
        client.post("/accounts/passkey/challenge/")
        keys = [client.session.session_key]
        give_password(client)
        keys.append(client.session.session_key)
        client.post("/accounts/second-factor/", {"code": code(secret)})
        keys.append(client.session.session_key)
        assert len(set(keys)) == 3

    def test_by_a_link_asks_for_the_second_factor_as_well(self, alice: User) -> None:
        from cortex.identity.one_time_sign_in import issue_one_time_sign_in

        with_app(alice)
        client = Client()
        response = client.post(f"/accounts/one-time/{issue_one_time_sign_in(user=alice, at=clock.now())}/")
        assert response.headers["Location"] == "/accounts/second-factor/"
        assert not is_signed_in(client)


class TestRecoveryCode:
    def test_opens_once(self, alice: User) -> None:
        with_app(alice)
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        first, second = Client(), Client()
        for client in (first, second):
            give_password(client)
            client.post("/accounts/second-factor/", {"code": codes[0].upper()})
        assert (is_signed_in(first), is_signed_in(second)) == (True, False)

    def test_is_bounded_in_guesses_together_with_those_of_the_app(self, alice: User) -> None:
        secret = with_app(alice)
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        client = Client()
        give_password(client)
        guesses = ("000000", "aaaaaa-aaaaaa", "000001", "bbbbbb-bbbbbb", "000002", codes[0], code(secret))
        answers = [client.post("/accounts/second-factor/", {"code": guess}).status_code for guess in guesses]
        assert answers == [200] * 5 + [429] * 2
        assert not is_signed_in(client)
        assert SignInFailure.objects.filter(subject=code_subject(alice.id).digest).exists()
        # What came too late is not used up.
        SignInFailure.objects.all().delete()
        client.post("/accounts/second-factor/", {"code": codes[0]})
        assert is_signed_in(client)

    def test_is_shown_once_in_a_page_that_nobody_keeps(self, alice: User) -> None:
        User.objects.filter(pk=alice.pk).update(email="alice@example.org")
        with_app(alice)
        client = sign_in(Client(), alice)
        with watched_leaves() as log:
            page = client.post(f"{SECURITY}recovery-codes/")
        codes = re.findall(r"\b(?:[a-z2-7]{6}-){3}[a-z2-7]{6}\b", page.content.decode())
        assert (page.status_code, len(codes), len(set(codes))) == (200, 10, 10)
        assert "no-store" in page.headers["Cache-Control"]
        assert log.verbs == ["identity.recovery_codes.renewed"]
        assert not any(each in str(log.records) for each in codes)
        (letter,) = Letter.objects.filter(topic="identity.recovery_codes_renewed")
        assert not any(each in opened_body(letter) for each in codes)
        again = client.get(SECURITY).content.decode()
        assert client.get(f"{SECURITY}recovery-codes/").status_code == 405
        assert not any(each in again for each in codes)
        assert is_right_recovery_code(user=alice, code=codes[0], at=clock.now())

    def test_is_made_only_right_after_a_credential(self, alice: User) -> None:
        with_app(alice)
        client = sign_in(Client(), alice, at=clock.now() - timedelta(minutes=11))
        answer = client.post(f"{SECURITY}recovery-codes/")
        assert answer.headers["Location"].startswith("/accounts/confirm/")
        assert unused_recovery_codes(user_id=alice.id) is None

    def test_is_stored_as_a_digest(self, alice: User) -> None:
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        stored = str(Authenticator.objects.get().data)
        assert (len(codes), len(set(codes))) == (10, 10)
        assert not any(each in stored or each.replace("-", "") in stored for each in codes)

    def test_is_worthless_after_new_ones_were_made(self, alice: User) -> None:
        old = renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        assert not is_right_recovery_code(user=alice, code=old[0], at=clock.now())


class TestRemoving:
    def remove(self, client: Client, user: User) -> str:
        factor = factors_of(user_id=user.id)[0]
        url = f"{SECURITY}factors/{factor.id}/remove/"
        return client.post(url, follow=True).content.decode()

    def test_the_last_factor_takes_the_recovery_codes_with_it(self, alice: User) -> None:
        with_app(alice)
        renew_recovery_codes(user=alice, at=clock.now(), actor=principal_of_user(alice))
        client = sign_in(Client(), alice, methods=["pwd", "otp"])
        assert "removed" in self.remove(client, alice)
        assert not Authenticator.objects.exists()

    def test_the_last_factor_is_refused_where_a_role_asks_for_one(self, alice: User) -> None:
        with_app(alice)
        company = create_company(code="DEMO", name="Demo Trading")
        let_in(company_id=company.id, user_id=alice.id, roles=["administrator"])
        client = sign_in(Client(), alice, methods=["pwd", "otp"])
        assert "Add another one first" in self.remove(client, alice)
        assert len(factors_of(user_id=alice.id)) == 1

    def test_the_last_factor_leaves_no_session_that_relies_on_it(self, alice: User) -> None:
        secret = with_app(alice)
        elsewhere, client = Client(), sign_in(Client(), alice, methods=["pwd", "otp"])
        give_password(elsewhere)
        elsewhere.post("/accounts/second-factor/", {"code": code(secret)})
        assert is_let_in(elsewhere)
        self.remove(client, alice)
        assert not is_let_in(elsewhere)
        assert not authentication_of(session=client.session).has_second_factor
        User.objects.filter(pk=alice.pk).update(is_superuser=True)
        assert client.get("/admin/").headers["Location"] == "/accounts/second-factor/add/"

    def test_a_factor_of_somebody_else_changes_nothing(self, alice: User) -> None:
        with_app(alice)
        charlie = create_user(username="charlie", password=PASSWORD)
        assert "expected one of this person" in self.remove(sign_in(Client(), charlie), alice)
        assert len(factors_of(user_id=alice.id)) == 1

    def test_needs_more_than_the_password_of_whoever_has_a_factor(self, alice: User) -> None:
        with_app(alice)
        client = sign_in(Client(), alice, methods=["pwd"])
        assert "Confirm that it is you" in self.remove(client, alice)
        assert len(factors_of(user_id=alice.id)) == 1
