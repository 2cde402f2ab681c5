# SPDX-License-Identifier: Apache-2.0
"""Controllers and auditors are told, once each, that a closed period takes postings again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings

from apps.accounting.published import FiscalPeriodStateChanged
from apps.accounting.services.close_period import close_period
from apps.accounting.services.open_period import open_period
from cortex.database.transactions import transactional
from cortex.events.models import OutboxEvent
from cortex.events.received import ReceivedEvent, read_envelope
from cortex.events.subscribers import subscriber_named
from cortex.identity.principals import principal_of_user
from cortex.mail.models import OutgoingMail
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.tenancy.companies import company_with_id
from tests.factories.books import Books, open_books
from tests.factories.people import member

pytestmark = pytest.mark.django_db
PERIOD = "2026-03"
CAST = (("alice", "controller"), ("bob", "auditor"), ("vera", "viewer"), ("nomail", "auditor"))

HIDING = f"""
@id("house.march_is_hidden_from_auditors")
@title("Auditors do not see March")
forbid (principal in Cortex::Role::"auditor", action == Cortex::Action::"accounting.books.read",
        resource is Accounting::FiscalPeriod)
when {{ resource.code == "{PERIOD}" }};
"""


@pytest.fixture
def books(settings: Settings) -> Iterator[Books]:
    settings.PUBLIC_URL = "https://books.example"
    books = open_books()
    company = company_with_id(company_id=books.company_id)
    for name, role in (
        ("alice", "controller"),
        ("bob", "auditor"),
        ("vera", "viewer"),
        ("nomail", "auditor"),
    ):
        user = member(company, name=name, role=role)
        user.full_name = f"{name.capitalize()}\r\nBcc: eve@evil.example"
        user.email = "" if name == "nomail" else f"{name}@books.example"
        user.save()
    with books.entered():
        yield books


def change(books: Books, *, is_soft: bool = False) -> list[ReceivedEvent]:
    """Close and open the period as Alice; return what was published about it."""
    from cortex.identity.models import User

    alice = principal_of_user(User.objects.get(username="alice"))
    close_period(company_id=books.company_id, period_code=PERIOD, closed_by=alice, is_soft=is_soft)
    open_period(company_id=books.company_id, period_code=PERIOD, opened_by=alice, reason="1,234.56")
    rows = transactional(
        lambda: list(
            OutboxEvent.objects.filter(event_type=FiscalPeriodStateChanged.event_type).order_by("position")
        )
    )()
    return [read_envelope(bytes(row.envelope)) for row in rows]


def tell(events: list[ReceivedEvent]) -> list[OutgoingMail]:
    """Deliver to the subscriber; return what is queued."""
    subscribed = subscriber_named("accounting.reopened_periods")
    for event in events:
        assert subscribed.wants(event.event_type)
        transactional(lambda event=event: subscribed.effect(event))()
    return transactional(
        lambda: list(OutgoingMail.objects.select_related("recipient").order_by("recipient__username"))
    )()


class TestReopenedPeriod:
    def test_is_told_to_controllers_and_auditors_with_an_address(self, books: Books) -> None:
        events = change(books)
        mails = tell(events)
        assert [mail.recipient.username for mail in mails] == ["alice", "bob"]
        assert {mail.subject for mail in mails} == {f"DEMO: closed period {PERIOD} was opened again"}
        at = events[-1].published_at.strftime("%Y-%m-%d %H:%M")
        assert mails[0].body == (
            f"The closed fiscal period {PERIOD} of Demo Trading (DEMO) was opened again.\n\n"
            "By:   Alice Bcc: eve@evil.example\n"
            f"When: {at} UTC\n"
            f"See:  https://books.example/books/DEMO/periods/{PERIOD}/\n\n"
            "Until it is closed again, entries can be posted into it.\n"
        )

    def test_is_told_once_however_often_the_event_comes(self, books: Books) -> None:
        events = change(books)
        assert len(tell(events)) == len(tell(events)) == 2

    def test_is_told_again_when_it_happens_again(self, books: Books) -> None:
        tell(change(books))
        assert len(tell(change(books))) == 4

    def test_is_told_to_nobody_from_whom_a_policy_hides_it(
        self, books: Books, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = PolicyEngine(packaged_text() + HIDING, version=0)
        events = change(books)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        assert [mail.recipient.username for mail in tell(events)] == ["alice"]

    def test_that_was_closed_softly_only_is_nobodys_concern(self, books: Books) -> None:
        assert tell(change(books, is_soft=True)) == []

    def test_of_an_event_that_names_nobody_is_told_all_the_same(self, books: Books) -> None:
        (*_, opened) = change(books)
        data = {name: value for name, value in opened.data.items() if name != "changed_by"}
        assert "By:   unknown\n" in tell([replace(opened, data=data)])[0].body
