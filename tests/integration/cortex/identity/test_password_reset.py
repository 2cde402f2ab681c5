# SPDX-License-Identifier: Apache-2.0
"""A forgotten password: the same answer for everybody, a link under the configured address, used once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from structlog.testing import capture_logs

from cortex import clock
from cortex.container.override import override
from cortex.errors import CortexError
from cortex.identity.models import AskedReset, OneTimeSignIn, User
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.password_reset import LIFETIME, ResetLinkMustBeUnused, reset_password
from cortex.identity.second_factors.stored import factors_of
from cortex.identity.send_reset_links import send_reset_links
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.mail.sending_letters import send_due_letters
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.registry import get
from tests.factories.leaves import watched_leaves
from tests.factories.letters import SealedLetters
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
from tests.integration.cortex.identity.test_second_factors import code, with_app
from tests.integration.cortex.identity.test_sign_in import told_in

pytestmark = pytest.mark.django_db
PASSWORD, NEW_PASSWORD = "correct horse battery", "a horse of another colour"
ASK = "/accounts/password-reset/"
LONGEST = ("vivid anchors drift past nine quiet harbours; " * 3)[:128]
# Two subjects of guessing, counted in the order of their digests; names of savepoints; values.
SHOWN = re.compile(r"'[^']*'|s\d+_x\d+|failures < \d+")
FORM = {"new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}


class AddressMustBeAMailbox(CortexError):
    """What a letter may be refused with."""

    code = "testing.address"


@pytest.fixture
def alice(settings: Settings) -> User:
    settings.PUBLIC_URL = "https://cortex.example.org"
    return create_user(username="alice", email="alice@example.org", password=PASSWORD)


def link_of(letter: Letter) -> str:
    found = re.search(r"https://cortex\.example\.org(/accounts/password-reset/\S+)", opened_body(letter))
    assert found is not None
    return found[1]


def ask_for(email: str) -> Any:
    """Ask for a link, let the worker look, and return the answer."""
    answer = Client().post(ASK, {"email": email})
    send_reset_links(at=clock.now())
    return answer


def asked_link() -> str:
    ask_for("alice@example.org")
    return link_of(Letter.objects.latest("created_at"))


class TestAsking:
    def test_answers_the_same_whether_the_address_is_known_or_not(self, alice: User) -> None:
        known, unknown = ask_for("ALICE@example.org"), ask_for("zoe@example.org")
        masked = [re.sub(rb'nonce="[^"]+"', b"", page.content) for page in (known, unknown)]
        assert masked[0] == masked[1]
        assert known.status_code == unknown.status_code == 200
        assert Letter.objects.get().recipient == alice

    def test_answers_before_a_letter_is_sealed_and_with_the_same_work(self, alice: User) -> None:
        """However slow the keeper of keys is, the answer about an address does not wait for it."""
        statements = {}
        with override(Letters, SealedLetters()), capture_logs() as lines:
            for name in ("alice", "zoe"):
                with CaptureQueriesContext(connection) as asked:
                    answer = Client().post(ASK, {"email": f"{name}@example.org"})
                assert answer.status_code == 200
                statements[name] = [SHOWN.sub("?", each["sql"]) for each in asked]
        assert statements["alice"] == statements["zoe"]
        assert "letter_not_queued" not in {line["event"] for line in lines}
        assert not Letter.objects.exists()
        assert sorted(AskedReset.objects.values_list("email", flat=True)) == [
            "alice@example.org",
            "zoe@example.org",
        ]

    def test_is_kept_until_a_letter_can_be_sealed_and_forgotten_then(self, alice: User) -> None:
        with override(Letters, SealedLetters()), capture_logs() as lines:
            ask_for("alice@example.org")
        assert [line["event"] for line in lines].count("letter_not_queued") == 1
        assert (AskedReset.objects.count(), OneTimeSignIn.objects.count()) == (1, 0)
        assert send_reset_links(at=clock.now()) == 1
        assert Letter.objects.get().recipient == alice
        assert not AskedReset.objects.exists()

    def test_that_cannot_be_sent_keeps_nobody_behind_it_waiting(self, alice: User) -> None:
        create_user(username="bob", email="bob@example.org", password=PASSWORD)
        for name in ("alice", "bob"):
            Client().post(ASK, {"email": f"{name}@example.org"})
        real = get(Letters)

        class NoneForAlice:
            def queue(self, *, to: LetterTo, **letter: Any) -> None:
                if to.user_id == alice.id:
                    raise AddressMustBeAMailbox("no mailbox")
                real.queue(to=to, **letter)

        with override(Letters, NoneForAlice()), capture_logs() as lines:
            assert send_reset_links(at=clock.now()) == 1
        assert [line["code"] for line in lines if line["event"] == "reset_link_not_sent"] == [
            "testing.address"
        ]
        assert Letter.objects.get().recipient.username == "bob"
        assert AskedReset.objects.get().email == "alice@example.org"
        assert "alice@example.org" not in str(lines)

    def test_that_waited_for_half_an_hour_is_forgotten_unsent(self, alice: User) -> None:
        Client().post(ASK, {"email": "alice@example.org"})
        assert send_reset_links(at=clock.now() + LIFETIME) == 1
        assert not Letter.objects.exists()
        assert not AskedReset.objects.exists()

    def test_builds_the_link_from_the_configuration_and_not_from_the_request(
        self, alice: User, settings: Settings
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        Client().post(ASK, {"email": "alice@example.org"}, headers={"host": "evil.example"})
        send_reset_links(at=clock.now())
        assert "evil.example" not in opened_body(Letter.objects.get())

    def test_is_bounded_for_each_mail_box(self, alice: User) -> None:
        answers = [Client().post(ASK, {"email": "alice@example.org"}).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]
        send_reset_links(at=clock.now())
        assert Letter.objects.count() == 3

    def test_is_paused_alike_whether_the_address_is_known_or_not(self, alice: User) -> None:
        told = {}
        for email in ("alice@example.org", "zoe@example.org"):
            answers = [Client().post(ASK, {"email": email}) for _ in range(5)]
            told[email] = [(answer.status_code, told_in(answer.content, email)) for answer in answers]
        assert told["alice@example.org"] == told["zoe@example.org"]
        assert [status for status, _ in told["zoe@example.org"]] == [200] * 3 + [429] * 2

    def test_says_plainly_that_no_address_is_configured(self, alice: User, settings: Settings) -> None:
        settings.PUBLIC_URL = ""
        assert Client().post(ASK, {"email": "zoe@example.org"}).status_code == 503


class TestLink:
    def test_replaces_the_password_once_and_ends_every_session(self, alice: User) -> None:
        elsewhere = Client()
        elsewhere.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
        link, client = asked_link(), Client()
        with watched_leaves() as log:
            assert client.post(link, FORM).headers["Location"] == "/accounts/login/"
        assert {"identity.password.changed", "identity.password.reset"} <= set(log.verbs)
        alice.refresh_from_db()
        assert alice.check_password(NEW_PASSWORD)
        assert "_auth_user_id" not in client.session
        assert elsewhere.get("/accounts/security/").status_code == 302
        assert Client().post(link, FORM).status_code == 403

    def test_is_not_used_up_by_being_looked_at_or_by_a_weak_password(self, alice: User) -> None:
        link = asked_link()
        assert Client().get(link).status_code == 200
        weak = {"new_password": "password1234", "repeated_password": "password1234"}
        assert b"too common" in Client().post(link, weak).content
        assert Client().post(link, FORM).status_code == 302

    def test_passes_no_second_factor_by_and_takes_none_away(self, alice: User) -> None:
        secret, client = with_app(alice), Client()
        client.post(asked_link(), FORM)
        assert [each.kind for each in factors_of(user_id=alice.id)] == ["totp"]
        answer = client.post("/accounts/login/", {"username": "alice", "password": NEW_PASSWORD})
        assert answer.headers["Location"] == "/accounts/second-factor/"
        assert "_auth_user_id" not in client.session
        client.post("/accounts/second-factor/", {"code": code(secret)})
        assert "_auth_user_id" in client.session

    def test_is_over_after_half_an_hour(self, alice: User) -> None:
        token = asked_link().split("/")[-2]
        with pytest.raises(ResetLinkMustBeUnused):
            reset_password(token=token, password=NEW_PASSWORD, at=clock.now() + LIFETIME)

    def test_is_no_link_that_signs_in_nor_the_other_way_round(self, alice: User) -> None:
        token = asked_link().split("/")[-2]
        assert Client().post(f"/accounts/one-time/{token}/").status_code == 403
        other = issue_one_time_sign_in(user=alice, at=clock.now())
        assert Client().post(f"{ASK}{other}/", FORM).status_code == 403

    def test_is_void_after_the_password_was_changed(self, alice: User) -> None:
        link = asked_link()
        sign_in(Client(), alice).post("/accounts/security/password/", FORM)
        assert not OneTimeSignIn.objects.exists()
        assert Client().get(link).status_code == 403


class TestPasswordRules:
    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("", "at least 12"),
            ("elevenchars", "at least 12"),
            ("x" * 129, "at most 128"),
            ("password1234", "too common"),
            ("alice@example.org", "too similar"),
            ("qwertyuiop123", "too easy to guess"),
            ("aaaaaaaaaaaaaaaa", "too easy to guess"),
            ("codexioncortex", "too easy to guess"),
            ("alice1234567", "too easy to guess"),
            ("x" * 127 + "y", "too easy to guess"),
        ],
    )
    def test_refuse(self, alice: User, password: str, reason: str) -> None:
        client = sign_in(Client(), alice)
        form = {"new_password": password, "repeated_password": password}
        assert reason in client.post("/accounts/security/password/", form).content.decode()
        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)

    @pytest.mark.parametrize(
        "password", [" zwölf Zeichen ", "nur kleine buchstaben", "🐎🌲🎻🧵🪐🍋🚪🧭🪁🐙🎈🔧", LONGEST]
    )
    def test_ask_for_no_composition(self, alice: User, password: str) -> None:
        client = sign_in(Client(), alice)
        form = {"new_password": password, "repeated_password": password}
        assert client.post("/accounts/security/password/", form).status_code == 302
        fresh = Client()
        fresh.post("/accounts/login/", {"username": "alice", "password": password})
        assert "_auth_user_id" in fresh.session


class TestLetter:
    def test_is_sent_and_then_forgotten(self, alice: User) -> None:
        from cortex.container.override import override
        from cortex.ports.mail import Mail, MailMessage

        sent: list[MailMessage] = []

        class Box:
            def send(self, *, message: MailMessage) -> None:
                sent.append(message)

        ask_for("alice@example.org")
        with override(Mail, Box()):
            assert send_due_letters() == 1
            assert send_due_letters() == 0
        assert (sent[0].recipient, "/accounts/password-reset/" in sent[0].body) == ("alice@example.org", True)
        letter = Letter.objects.get()
        assert (letter.state, letter.subject, bytes(letter.body), letter.address) == ("sent", "", b"", "")

    def test_that_comes_too_late_is_given_up(self, alice: User) -> None:
        ask_for("alice@example.org")
        Letter.objects.update(ends_at=clock.now() - timedelta(seconds=1))
        assert send_due_letters() == 0
        letter = Letter.objects.get()
        assert (letter.state, bytes(letter.body)) == ("failed", b"")

    def test_tells_of_a_changed_password(self, alice: User) -> None:
        sign_in(Client(), alice).post("/accounts/security/password/", FORM)
        letter = Letter.objects.get()
        assert letter.subject == "Your password was changed"
        assert NEW_PASSWORD not in opened_body(letter)
