# SPDX-License-Identifier: Apache-2.0
"""Signing in: by password, by a link that works once; and out."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cortex import clock
from cortex.identity.models import OneTimeSignIn, SignInFailure, User
from cortex.identity.one_time_sign_in import (
    LIFETIME,
    OneTimeSignInMustBeUnused,
    issue_one_time_sign_in,
    sign_in_once,
)
from cortex.identity.tasks import forget_expired_sign_ins
from tests.factories.addresses import ELSEWHERE
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user
from tests.factories.sessions import is_signed_in, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def link(user: User) -> str:
    return f"/accounts/one-time/{issue_one_time_sign_in(user=user, at=clock.now())}/"


def told_in(page: bytes, name: str) -> bytes:
    """Return what the page says, without what differs from one page to the next."""
    return re.sub(rb'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"', b"", page).replace(
        name.encode(), b"NAME"
    )


class TestOneTimeSignIn:
    def test_does_nothing_until_the_button_is_pressed(self, alice: User) -> None:
        client, url = Client(), link(alice)
        page = client.get(url)
        assert page.status_code == 200
        assert b'<button type="submit"' in page.content
        assert "no-store" in page.headers["Cache-Control"]
        assert not is_signed_in(client)
        assert OneTimeSignIn.objects.get().used_at is None

    def test_signs_in_once(self, alice: User) -> None:
        client, url = Client(), link(alice)
        assert client.post(url).status_code == 302
        assert is_signed_in(client)
        again = Client()
        response = again.post(url)
        assert response.status_code == 403
        assert b"expected one that is unused" in response.content
        assert not is_signed_in(again)

    def test_needs_the_csrf_token(self, alice: User) -> None:
        client, url = Client(enforce_csrf_checks=True), link(alice)
        assert client.post(url).status_code == 403
        assert OneTimeSignIn.objects.get().used_at is None

    def test_stores_only_a_digest(self, alice: User) -> None:
        token = issue_one_time_sign_in(user=alice, at=clock.now())
        stored = bytes(OneTimeSignIn.objects.get().digest)
        assert len(stored) == 32
        assert token.encode() not in stored

    def test_is_over_after_an_hour(self, alice: User) -> None:
        at = clock.now()
        token = issue_one_time_sign_in(user=alice, at=at)
        with pytest.raises(OneTimeSignInMustBeUnused):
            sign_in_once(token=token, at=at + LIFETIME)
        assert sign_in_once(token=token, at=at + LIFETIME - timedelta(seconds=1)) == alice

    def test_lets_no_one_in_who_was_switched_off(self, alice: User) -> None:
        token = issue_one_time_sign_in(user=alice, at=clock.now())
        User.objects.update(is_active=False)
        with pytest.raises(OneTimeSignInMustBeUnused):
            sign_in_once(token=token, at=clock.now())

    def test_removes_what_is_over(self, alice: User) -> None:
        issue_one_time_sign_in(user=alice, at=clock.now() - 2 * LIFETIME)
        issue_one_time_sign_in(user=alice, at=clock.now())
        assert OneTimeSignIn.objects.count() == 1


class TestOneTimeSignInCommand:
    def test_prints_the_link_and_nothing_else(self, alice: User) -> None:
        output = StringIO()
        call_command("one_time_sign_in", user="alice", base_url="http://127.0.0.1:9/", stdout=output)
        assert re.fullmatch(r"http://127\.0\.0\.1:9/accounts/one-time/[\w-]{43}/\n", output.getvalue())

    def test_names_a_user_who_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="User nobody: expected an active user"):
            call_command("one_time_sign_in", user="nobody")


class TestPassword:
    def sign_in(self, client: Client, password: str, **more: str):  # type: ignore[no-untyped-def]
        return client.post("/accounts/login/", {"username": "alice", "password": password, **more})

    def test_signs_in_and_goes_on_to_the_page_asked_for(self, alice: User) -> None:
        client = Client()
        response = self.sign_in(client, PASSWORD, next="/books/")
        assert (response.status_code, response.headers["Location"]) == (302, "/books/")
        assert is_signed_in(client)

    @pytest.mark.parametrize("address", ELSEWHERE, ids=repr)
    def test_never_goes_on_to_another_host(self, alice: User, address: str) -> None:
        client = Client()
        assert self.sign_in(client, PASSWORD, next=address).headers["Location"] == "/"
        assert is_signed_in(client)

    def test_tells_the_same_for_a_wrong_password_and_an_unknown_name(self, alice: User) -> None:
        wrong = self.sign_in(Client(), "wrong")
        unknown = Client().post("/accounts/login/", {"username": "zoe", "password": "wrong"})
        refusal = re.compile(rb'role="alert">(.*?)</p>', re.DOTALL)
        assert refusal.findall(wrong.content) == refusal.findall(unknown.content) != []

    def test_is_not_looked_at_after_ten_failures(self, alice: User) -> None:
        for _ in range(10):
            self.sign_in(Client(), "wrong")
        client = Client()
        response = self.sign_in(client, PASSWORD)
        assert b"too many wrong passwords" in response.content
        assert not is_signed_in(client)

    def test_is_paused_alike_whether_the_name_exists_or_not(self, alice: User) -> None:
        told = {}
        for name in ("alice", "zoe"):
            SignInFailure.objects.all().delete()
            answers = [
                Client().post("/accounts/login/", {"username": name, "password": "wrong"}) for _ in range(12)
            ]
            told[name] = [(answer.status_code, told_in(answer.content, name)) for answer in answers]
        assert told["alice"] == told["zoe"]
        assert [status for status, _ in told["zoe"]] == [200] * 10 + [429] * 2

    def test_starts_counting_anew_after_a_success(self, alice: User) -> None:
        for _ in range(9):
            self.sign_in(Client(), "wrong")
        self.sign_in(Client(), PASSWORD)
        self.sign_in(Client(), "wrong")
        client = Client()
        self.sign_in(client, PASSWORD)
        assert is_signed_in(client)

    def test_is_looked_at_again_when_the_pause_is_over(self, alice: User) -> None:
        for _ in range(11):
            self.sign_in(Client(), "wrong")
        SignInFailure.objects.update(ends_at=clock.now())
        client = Client()
        self.sign_in(client, PASSWORD)
        assert is_signed_in(client)

    def test_is_bounded_while_the_cache_is_away(self, alice: User, settings: Settings) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        for _ in range(10):
            self.sign_in(Client(), "wrong")
        response = self.sign_in(Client(), PASSWORD)
        assert response.status_code == 429
        assert b"too many wrong passwords" in response.content

    def test_guessed_at_from_one_address_is_bounded_whatever_the_name(self, alice: User) -> None:
        for number in range(50):
            Client().post("/accounts/login/", {"username": f"nobody-{number}", "password": "wrong"})
        client = Client()
        assert self.sign_in(client, PASSWORD).status_code == 429
        assert not is_signed_in(client)

    def test_leaves_a_leaf_for_failure_pause_and_session_without_any_name(self, alice: User) -> None:
        with watched_leaves() as log:
            for _ in range(11):
                self.sign_in(Client(), "wrong")
            Client().post("/accounts/login/", {"username": "zoe", "password": "wrong"})
            SignInFailure.objects.all().delete()
            self.sign_in(Client(), PASSWORD)
        assert log.verbs == [
            *["identity.sign_in.failed"] * 10,
            "identity.sign_in.paused",
            "identity.sign_in.failed",
            "identity.session.began",
        ]
        assert all("zoe" not in str(leaf) and "alice" not in str(leaf) for leaf in log.records)

    def test_costs_the_same_work_whether_the_name_exists_or_not(
        self, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Statements and hashes are counted: a clock would measure the machine."""
        no_password = create_user(username="walter")
        User.objects.create(username="idle", is_active=False, password=alice.password)
        work, encode = {}, MD5PasswordHasher.encode
        for name in ("alice", "zoe", no_password.username, "idle"):
            hashed: list[str] = []
            with monkeypatch.context() as watched, CaptureQueriesContext(connection) as queries:
                watched.setattr(
                    MD5PasswordHasher, "encode", lambda *call, log=hashed: log.append("x") or encode(*call)
                )
                Client().post("/accounts/login/", {"username": name, "password": "wrong"})
            work[name] = (len(hashed), len(queries))
        assert work["alice"] == work["zoe"] == work["walter"] == work["idle"]
        assert work["zoe"][0] == 1

    def test_is_not_called_wrong_while_the_database_is_away(
        self, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_args: object, **_credentials: object) -> None:
            raise OperationalError("the database does not answer")

        with monkeypatch.context() as outage:
            outage.setattr("cortex.identity.password_sign_in.check_password", away)
            for _ in range(10):
                assert self.sign_in(Client(raise_request_exception=False), PASSWORD).status_code == 500
        client = Client()
        self.sign_in(client, PASSWORD)
        assert is_signed_in(client)

    def test_page_tells_somebody_signed_in_why_it_is_shown(self, alice: User) -> None:
        client = Client()
        sign_in(client, alice)
        assert (
            b"who may not enter the page you asked for" in client.get("/accounts/login/?next=/admin/").content
        )


class TestSigningOut:
    def test_takes_a_post(self, alice: User) -> None:
        client = Client()
        sign_in(client, alice)
        assert client.get("/accounts/logout/").status_code == 405
        assert is_signed_in(client)
        assert client.post("/accounts/logout/").status_code == 302
        assert not is_signed_in(client)


class TestAdminEntrance:
    def test_is_the_same_sign_in(self) -> None:
        response = Client().get("/admin/", follow=True)
        assert [url for url, _ in response.redirect_chain] == [
            "/admin/login/?next=/admin/",
            "/accounts/login/?next=%2Fadmin%2F",
        ]

    def test_keeps_out_whoever_is_no_staff(self, alice: User) -> None:
        client = Client()
        sign_in(client, alice)
        assert client.get("/admin/").status_code == 302


class TestHousekeeping:
    def test_forgets_what_is_over_and_nothing_else(self, alice: User) -> None:
        now = clock.now()
        for issued_at in (now, now - timedelta(days=2)):
            OneTimeSignIn.objects.create(
                user=alice,
                digest=issued_at.isoformat().encode().ljust(32)[:32],
                expires_at=issued_at + LIFETIME,
            )
            session = SessionStore()
            session.set_expiry(issued_at + timedelta(days=1))
            session.save()
        forget_expired_sign_ins()
        assert [(found.expires_at > now) for found in OneTimeSignIn.objects.all()] == [True]
        assert [(found.expire_date > now) for found in Session.objects.all()] == [True]
