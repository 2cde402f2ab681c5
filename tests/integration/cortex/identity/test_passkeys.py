# SPDX-License-Identifier: Apache-2.0
"""Passkeys: what an honest one does, and what every other one is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.models import User
from cortex.identity.second_factors.stored import factors_of
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user
from tests.factories.sessions import is_signed_in, sign_in
from tests.factories.soft_passkey import FLAG, SoftPasskey

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ADD, OPTIONS = "/accounts/security/passkeys/add/", "/accounts/security/passkeys/options/"
CHALLENGE, SIGN_IN = "/accounts/passkey/challenge/", "/accounts/passkey/sign-in/"


@pytest.fixture
def alice(settings: Settings) -> User:
    settings.PUBLIC_URL = "http://testserver"
    return create_user(username="alice", password=PASSWORD)


def add(user: User, passkey: SoftPasskey, client: Client | None = None) -> Any:
    client = client or sign_in(Client(), user)
    options = client.post(OPTIONS).json()
    return client.post(ADD, {"name": "Laptop", "passkey": passkey.made(options)})


def try_to_sign_in(passkey: SoftPasskey, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(SIGN_IN, {"passkey": passkey.proof(client.post(CHALLENGE).json())})
    return client


class TestAdding:
    def test_remembers_the_passkey_and_leaves_a_leaf(self, alice: User) -> None:
        with watched_leaves() as log:
            assert add(alice, SoftPasskey()).status_code == 302
        assert [factor.name for factor in factors_of(user_id=alice.id)] == ["Laptop"]
        assert log.verbs == ["identity.passkey.added", "identity.session.confirmed"]

    @pytest.mark.parametrize(
        "passkey",
        [
            SoftPasskey(origin="https://evil.example"),
            SoftPasskey(origin="http://testserver:81"),
            SoftPasskey(flags=FLAG.UP),
            SoftPasskey(flags=FLAG.UV),
        ],
        ids=["another site", "another port", "person not verified", "person not present"],
    )
    def test_refuses(self, alice: User, passkey: SoftPasskey) -> None:
        assert b'role="alert"' in add(alice, passkey).content
        assert factors_of(user_id=alice.id) == []

    def test_refuses_an_answer_to_a_challenge_of_another_session(self, alice: User) -> None:
        passkey, other = SoftPasskey(), sign_in(Client(), alice)
        answer = passkey.made(other.post(OPTIONS).json())
        client = sign_in(Client(), alice)
        client.post(OPTIONS)
        client.post(ADD, {"passkey": answer})
        assert factors_of(user_id=alice.id) == []

    @pytest.mark.parametrize("rubbish", ["", "{}", "[]", "{", '"x"', "{" * 30_000, '{"id": 1, "rawId": 2}'])
    def test_refuses_rubbish(self, alice: User, rubbish: str) -> None:
        client = sign_in(Client(), alice)
        client.post(OPTIONS)
        assert client.post(ADD, {"passkey": rubbish}).status_code == 200
        assert factors_of(user_id=alice.id) == []

    def test_needs_a_fresh_credential(self, alice: User) -> None:
        client = sign_in(Client(), alice, at=clock.now() - timedelta(minutes=11))
        assert client.post(OPTIONS).status_code == 303
        assert client.post(ADD, {"passkey": "{}"}).status_code == 303


class TestSigningIn:
    def test_needs_nothing_but_the_passkey(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        client = try_to_sign_in(passkey)
        assert client.session["_auth_user_id"] == str(alice.id)
        assert client.session["authentication"]["methods"] == ["hwk", "mfa", "user"]

    def test_takes_an_answer_once(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        first = Client()
        answer = passkey.proof(first.post(CHALLENGE).json())
        first.post(SIGN_IN, {"passkey": answer})
        second = Client()
        second.post(CHALLENGE)
        second.post(SIGN_IN, {"passkey": answer})
        assert (is_signed_in(first), is_signed_in(second)) == (True, False)

    def test_uses_a_challenge_up_even_by_a_wrong_answer(self, alice: User) -> None:
        passkey, client = SoftPasskey(), Client()
        add(alice, passkey)
        answer = passkey.proof(client.post(CHALLENGE).json())
        client.post(SIGN_IN, {"passkey": "{}"})
        client.post(SIGN_IN, {"passkey": answer})
        assert not is_signed_in(client)

    def test_refuses_a_copy_whose_counter_does_not_grow(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        assert is_signed_in(try_to_sign_in(passkey))
        passkey.counter -= 1
        assert not is_signed_in(try_to_sign_in(passkey))

    def test_refuses_a_key_that_was_never_added_or_is_another_persons(self, alice: User) -> None:
        add(alice, SoftPasskey())
        stranger = SoftPasskey(user_handle=alice.id.bytes)
        assert not is_signed_in(try_to_sign_in(stranger))
        nobody = SoftPasskey(user_handle=b"x" * 16)
        assert not is_signed_in(try_to_sign_in(nobody))

    def test_refuses_another_site_and_a_person_who_was_not_verified(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        passkey.origin = "https://evil.example"
        assert not is_signed_in(try_to_sign_in(passkey))
        passkey.origin, passkey.flags = "http://testserver", FLAG.UP
        assert not is_signed_in(try_to_sign_in(passkey))

    def test_refuses_a_challenge_that_is_older_than_five_minutes(self, alice: User) -> None:
        passkey, client = SoftPasskey(), Client()
        add(alice, passkey)
        answer = passkey.proof(client.post(CHALLENGE).json())
        session = client.session
        then = (clock.now() - timedelta(minutes=5, seconds=1)).isoformat()
        session["passkey_challenge"] = {**session["passkey_challenge"], "at": then}
        session.save()
        client.post(SIGN_IN, {"passkey": answer})
        assert not is_signed_in(client)

    def test_lets_nobody_in_who_was_switched_off(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        User.objects.update(is_active=False)
        assert not is_signed_in(try_to_sign_in(passkey))

    def test_works_while_passwords_are_paused(self, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        for _ in range(11):
            Client().post("/accounts/login/", {"username": "alice", "password": "wrong"})
        assert is_signed_in(try_to_sign_in(passkey))


class TestSecondFactor:
    def test_of_somebody_else_does_not_finish_a_sign_in(self, alice: User) -> None:
        bob = create_user(username="bob", password=PASSWORD)
        of_alice, of_bob = SoftPasskey(), SoftPasskey(id=b"soft-passkey-0002")
        add(alice, of_alice)
        add(bob, of_bob)
        client = Client()
        client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
        options = client.post(CHALLENGE).json()
        client.post("/accounts/second-factor/", {"passkey": of_bob.proof(options)})
        assert not is_signed_in(client)
        options = client.post(CHALLENGE).json()
        client.post("/accounts/second-factor/", {"passkey": of_alice.proof(options)})
        assert client.session["_auth_user_id"] == str(alice.id)
