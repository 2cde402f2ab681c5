# SPDX-License-Identifier: Apache-2.0
"""Queued mail goes out once to each, waits for a server that is away, and is given up when it is refused."""

import time
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from cortex import clock
from cortex.container.override import override
from cortex.container.providers.registry import Registered
from cortex.database.transactions import transactional
from cortex.identity.models import Membership
from cortex.identity.standing import Standing
from cortex.ids import uuid7
from cortex.mail import django_mail
from cortex.mail.django_mail import mail_provider
from cortex.mail.errors import MailMustBeReachable, MailMustBeWellFormed, MailMustWaitForTheCommit
from cortex.mail.models import OutgoingMail
from cortex.mail.queueing import queue_mail
from cortex.mail.sending import ATTEMPTS_MAX, send_due
from cortex.mail.tasks import send_due as task
from cortex.ports.mail import Mail, MailMessage
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.integration.cortex.mail.smtp import SmtpServer

ROLES = ("controller", "auditor")


@pytest.fixture
def people(committed_database: Clone) -> Cast:
    people = cast()
    for user in (people.alice, people.bob, people.charlie):
        user.email = f"{user.username}@books.example"
        user.save(update_fields=["email"])
    return people


def queue(people: Cast, **changes: object) -> int:
    given = {"topic": "testing", "about": uuid7(), "subject": "Größe", "body": "One\n.\nTwo\n"} | changes
    with scope([people.company.id]):
        return queue_mail(company_id=people.company.id, roles=ROLES, **given)  # type: ignore[arg-type]


def mails(people: Cast) -> list[OutgoingMail]:
    with scope([people.company.id]):
        return transactional(lambda: list(OutgoingMail.objects.order_by("recipient__username")))()


def let_fall_due(people: Cast) -> None:
    with scope([people.company.id]):
        transactional(lambda: OutgoingMail.objects.update(due_at=clock.now() - timedelta(seconds=1)))()


class TestQueuedMail:
    def test_goes_to_each_member_of_the_roles_by_name_and_leaves_no_text(
        self, people: Cast, smtp: SmtpServer
    ) -> None:
        assert queue(people) == 2
        task()
        assert sorted(message["To"] for message in smtp.messages) == [
            "alice@books.example",
            "bob@books.example",
        ]
        first, row = smtp.messages[0], mails(people)[0]
        assert (first["Subject"], first.get_content().splitlines()) == ("Größe", ["One", ".", "Two"])
        assert (first["Auto-Submitted"], first.get_content_type()) == ("auto-generated", "text/plain")
        assert {message["Message-ID"] for message in smtp.messages} == {
            f"<{mail.id}@books.example>" for mail in mails(people)
        }
        assert (row.state, row.subject, row.body, row.attempts) == ("sent", "", "", 1)
        assert row.sent_at is not None

    def test_about_one_thing_is_queued_once(self, people: Cast, smtp: SmtpServer) -> None:
        about = uuid7()
        assert (queue(people, about=about), queue(people, about=about)) == (2, 0)
        assert (send_due(), send_due(), len(smtp.messages)) == (2, 0, 2)

    def test_is_undone_with_its_transaction(self, people: Cast) -> None:
        @transactional
        def fail() -> None:
            queue(people)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert mails(people) == []

    def test_that_could_add_a_header_is_refused(self, people: Cast) -> None:
        with pytest.raises(MailMustBeWellFormed):
            queue(people, subject="Period\r\nBcc: eve@evil.example")

    def test_is_not_sent_inside_a_transaction(self, people: Cast, smtp: SmtpServer) -> None:
        message = MailMessage(recipient="a@b.example", subject="s", body="b", message_id="<1@b.example>")
        with pytest.raises(MailMustWaitForTheCommit):
            transactional(lambda: get(Mail).send(message=message))()
        assert smtp.commands == []


class TestServerThatIsAway:
    def test_gets_the_mail_later_under_the_same_message_id(self, people: Cast, smtp: SmtpServer) -> None:
        """It hangs up after the text: nobody knows whether it took the message, so it comes again."""
        queue(people)
        smtp.hangs_up_on = "end of data"
        assert send_due() == 0
        waiting = mails(people)
        assert [(mail.state, mail.attempts) for mail in waiting] == [("queued", 1)] * 2
        assert all(mail.due_at > clock.now() + timedelta(seconds=30) for mail in waiting)
        assert "SMTPServerDisconnected" in waiting[0].last_error
        assert send_due() == 0
        smtp.hangs_up_on = ""
        let_fall_due(people)
        assert send_due() == 2
        assert {message["Message-ID"] for message in smtp.messages} == {
            f"<{mail.id}@books.example>" for mail in waiting
        }

    def test_that_falls_silent_holds_nobody_up(self, people: Cast, smtp: SmtpServer) -> None:
        queue(people)
        smtp.silent_on = "DATA"
        started = time.monotonic()
        assert send_due() == 0
        assert time.monotonic() - started < 6
        assert "within 1000 ms" in mails(people)[0].last_error or "Timeout" in mails(people)[0].last_error

    def test_that_falls_silent_is_told_from_one_that_hangs_up(
        self, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(django_mail, "ANSWER_SECONDS_MAX", 0.2)
        smtp.silent_on = "DATA"
        message = MailMessage(
            message_id="<1@books.example>", recipient="bob@books.example", subject="Hello", body="Hello"
        )
        with pytest.raises(MailMustBeReachable, match="got TimeoutError"):
            django_mail.DjangoMail().send(message=message)

    def test_is_given_up_in_the_end(self, people: Cast, smtp: SmtpServer) -> None:
        queue(people)
        with scope([people.company.id]):
            transactional(lambda: OutgoingMail.objects.update(attempts=ATTEMPTS_MAX - 1))()
        smtp.answers["MAIL"] = "451 later"
        assert send_due() == 0
        assert [(mail.state, mail.body) for mail in mails(people)] == [("failed", "")] * 2

    def test_is_asked_no_more_when_the_last_attempt_ended_its_process(
        self, people: Cast, smtp: SmtpServer
    ) -> None:
        """A killed worker notes nothing: only its claim tells of the attempt."""
        queue(people)
        with scope([people.company.id]):
            transactional(lambda: OutgoingMail.objects.update(attempts=ATTEMPTS_MAX))()
        assert (send_due(), smtp.commands) == (0, [])
        assert [(mail.state, mail.body, mail.last_error) for mail in mails(people)] == [
            ("failed", "", "expected the last attempt to end, got no word of it")
        ] * 2

    def test_is_left_in_peace_and_waiting_is_no_attempt(
        self, people: Cast, smtp: SmtpServer, settings: Settings
    ) -> None:
        settings.PROVIDER_LIMITS = {"mail": {"failures_before_open": 1, "open_seconds": 60}}
        smtp.answers["EHLO"] = smtp.answers["HELO"] = "421 no"
        queue(people)
        with override(Mail, Registered(mail_provider()).adapter):
            send_due()
        assert sorted((mail.state, mail.attempts) for mail in mails(people)) == [("queued", 0), ("queued", 1)]
        assert any("It is asked again in 60 s" in mail.last_error for mail in mails(people))


class TestServerThatRefuses:
    def test_for_good_is_not_asked_again(self, people: Cast, smtp: SmtpServer) -> None:
        queue(people)
        smtp.answers["RCPT"] = "550 alice is unknown here"
        assert send_due() == 0
        rows = mails(people)
        assert [(mail.state, mail.attempts) for mail in rows] == [("failed", 1)] * 2
        # The server's words may name people.
        assert rows[0].last_error == "Mail: expected the server to take the message, got SMTP 550."

    def test_one_recipient_does_not_keep_the_other_from_being_told(
        self, people: Cast, smtp: SmtpServer
    ) -> None:
        queue(people)
        people.alice.is_active = False
        people.alice.save(update_fields=["is_active"])
        assert send_due() == 1
        assert [(mail.state, mail.attempts) for mail in mails(people)] == [("failed", 1), ("sent", 1)]


class TestMemberWhoLeft:
    def test_is_told_nothing_more(self, people: Cast, smtp: SmtpServer) -> None:
        queue(people)
        with scope([people.company.id]):
            transactional(lambda: Membership.objects.filter(user=people.bob).delete())()
        get(Standing).forget()
        assert send_due() == 1
        assert [message["To"] for message in smtp.messages] == ["alice@books.example"]
        assert [(mail.state, mail.body) for mail in mails(people)] == [("sent", ""), ("failed", "")]


class TestMailThatALibraryCannotSend:
    def test_does_not_hold_up_the_mail_behind_it(
        self, people: Cast, smtp: SmtpServer, settings: Settings
    ) -> None:
        queue(people)
        settings.MAIL_FROM = "nobody@books.example\nBcc: eve@evil.example"
        assert send_due() == 0
        assert [(mail.state, mail.attempts, mail.last_error) for mail in mails(people)] == [
            ("queued", 1, "ValueError")
        ] * 2


class TestTwoSenders:
    def test_never_take_one_message(self, people: Cast, smtp: SmtpServer) -> None:
        """The second comes while the first has claimed both and is not done."""
        queue(people)
        with scope([people.company.id]):
            from cortex.mail.sending import _claimed

            assert _claimed(people.company.id) is not None
        assert send_due() == 1
        assert len(smtp.messages) == 1


def test_files_are_written_where_no_server_is_configured(
    people: Cast, smtp: SmtpServer, settings: Settings, tmp_path: object
) -> None:
    settings.MAIL_BACKEND, settings.MAIL_DIRECTORY = "files", f"{tmp_path}/mail"
    mail_provider().health()
    queue(people)
    assert send_due() == 2
    import pathlib

    written = sorted(pathlib.Path(f"{tmp_path}/mail").iterdir())
    assert "Auto-Submitted: auto-generated" in written[0].read_text()
