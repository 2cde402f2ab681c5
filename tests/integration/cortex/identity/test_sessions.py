# SPDX-License-Identifier: Apache-2.0
"""Sessions: listed, limited, ended at once; confirmed before something dangerous."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from cortex import clock
from cortex.identity.models import SignedInSession, User
from tests.factories.addresses import ELSEWHERE
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user
from tests.factories.sessions import is_let_in, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW_PASSWORD = "a horse of another colour"
SECURITY = "/accounts/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


def signed_in_by_password(**headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
    return client


class TestList:
    def test_shows_device_and_marks_the_own_session(self, alice: User) -> None:
        signed_in_by_password(**{"user-agent": FIREFOX})
        page = signed_in_by_password().get(SECURITY).content.decode()
        assert page.count("Firefox on Linux</td>") == 1
        assert page.count("This one") == 1

    def test_never_shows_what_a_browser_claims_word_for_word(self, alice: User) -> None:
        client = signed_in_by_password(**{"user-agent": "<script>alert(1)</script>"})
        assert "An unknown program" in client.get(SECURITY).content.decode()


class TestEnding:
    def test_one_session_takes_effect_at_once(self, alice: User) -> None:
        other, own = signed_in_by_password(), signed_in_by_password()
        found = SignedInSession.objects.get(session_key=other.session.session_key)
        with watched_leaves() as log:
            own.post(f"{SECURITY}sessions/{found.id}/end/")
        assert log.verbs == ["identity.session.ended"]
        assert (is_let_in(other), is_let_in(own)) == (False, True)

    def test_all_others_keeps_this_one(self, alice: User) -> None:
        others, own = [signed_in_by_password() for _ in range(2)], signed_in_by_password()
        own.post(f"{SECURITY}sessions/end-others/")
        assert [is_let_in(client) for client in others] == [False, False]
        assert is_let_in(own)

    def test_a_session_of_somebody_else_is_refused_like_one_that_is_none(self, alice: User) -> None:
        other = signed_in_by_password()
        charlie = sign_in(Client(), create_user(username="charlie"))
        found = SignedInSession.objects.get()
        assert charlie.post(f"{SECURITY}sessions/{found.id}/end/").status_code == 404
        assert is_let_in(other)

    def test_happens_to_every_other_when_the_password_is_changed(self, alice: User) -> None:
        other, own = signed_in_by_password(), signed_in_by_password()
        form = {"new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
        with watched_leaves() as log:
            assert own.post(f"{SECURITY}password/", form).status_code == 302
        assert "identity.password.changed" in log.verbs
        assert (is_let_in(other), is_let_in(own)) == (False, True)
        assert SignedInSession.objects.count() == 1

    def test_signing_out_forgets_the_session_and_leaves_a_leaf(self, alice: User) -> None:
        client = signed_in_by_password()
        with watched_leaves() as log:
            client.post("/accounts/logout/")
        assert log.verbs == ["identity.session.ended"]
        assert not SignedInSession.objects.exists()


class TestLimits:
    def test_end_a_session_that_was_idle_for_two_hours(self, alice: User) -> None:
        assert is_let_in(sign_in(Client(), alice, at=clock.now() - timedelta(minutes=119)))
        assert not is_let_in(sign_in(Client(), alice, at=clock.now() - timedelta(minutes=121)))

    def test_end_a_session_after_twelve_hours_however_busy(self, alice: User) -> None:
        client = sign_in(Client(), alice)
        session = client.session
        began = clock.now() - timedelta(hours=12, seconds=1)
        session["authentication"] = {**session["authentication"], "began_at": began.isoformat()}
        session.save()
        assert not is_let_in(client)

    @pytest.mark.parametrize("unknown", ["began_at", "used_at", "authentication"])
    def test_end_a_session_that_does_not_say_how_old_it_is(self, alice: User, unknown: str) -> None:
        client = sign_in(Client(), alice)
        session = client.session
        session.pop(unknown, None)
        if "authentication" in session:
            session["authentication"] = {**session["authentication"], unknown: None}
        session.save()
        assert not is_let_in(client)
        assert not is_signed_in(client)

    def test_count_each_use_to_a_minute(self, alice: User) -> None:
        client = signed_in_by_password()
        used = clock.now() - timedelta(minutes=90)
        SignedInSession.objects.update(last_used_at=used)
        session = client.session
        session["authentication"] = {**session["authentication"], "used_at": used.isoformat()}
        session.save()
        assert is_let_in(client)
        assert SignedInSession.objects.get().last_used_at > used + timedelta(minutes=89)


class TestConfirming:
    def test_says_that_what_was_sent_was_not_done_and_leads_back(self, alice: User) -> None:
        client = sign_in(Client(), alice, at=clock.now() - timedelta(minutes=11))
        form = {"new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
        url = f"{SECURITY}password/"
        asked = client.post(url, form, headers={"referer": f"http://testserver{url}"}, follow=True)
        assert "not done" in asked.content.decode()
        with watched_leaves() as log:
            back = client.post("/accounts/confirm/", {"password": PASSWORD, "next": url})
        assert back.headers["Location"] == url
        assert log.verbs == ["identity.session.confirmed"]
        assert client.post(url, form).status_code == 302
        alice.refresh_from_db()
        assert alice.check_password(NEW_PASSWORD)

    def test_refuses_a_wrong_password_and_stays_stale(self, alice: User) -> None:
        client = sign_in(Client(), alice, at=clock.now() - timedelta(minutes=11))
        page = client.post("/accounts/confirm/", {"password": "wrong", "next": "/"})
        assert "expected a user name and its password" in page.content.decode()
        assert client.post(f"{SECURITY}app/begin/").status_code == 303

    @pytest.mark.parametrize("address", ELSEWHERE, ids=repr)
    def test_never_leads_to_another_site(self, alice: User, address: str) -> None:
        client = sign_in(Client(), alice)
        back = client.post("/accounts/confirm/", {"password": PASSWORD, "next": address})
        assert back.headers["Location"] == "/"


class TestAddress:
    def test_is_the_peers_unless_proxies_of_ours_are_known(self, alice: User, settings: Settings) -> None:
        signed_in_by_password(**{"x-forwarded-for": "203.0.113.9"})
        settings.WEB_PROXIES = 1
        signed_in_by_password(**{"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
        found = SignedInSession.objects.order_by("began_at").values_list("address", flat=True)
        assert list(found) == ["127.0.0.1", "203.0.113.9"]
