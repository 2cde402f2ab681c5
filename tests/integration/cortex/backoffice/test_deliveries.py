# SPDX-License-Identifier: Apache-2.0
"""Deliveries on hold in the administration: looked at by GET, changed by POST, with a leaf each time."""

from uuid import UUID

import pytest
from django.test import Client

from cortex.events.dead_letters import held_deliveries
from cortex.events.models import HeldDelivery
from cortex.ids import uuid7
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_user, member
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.events.publishing import audited, hold, publish

pytestmark = pytest.mark.django_db
LIST = "/admin/events/helddelivery/"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    return staff(member(people.company, name="dora", role="administrator"))


@pytest.fixture
def dead(people: Cast) -> UUID:
    """Return the id of a dead letter with a later event of its aggregate behind it."""
    notebook = uuid7()
    publish(people.company.id, (notebook, 1), (notebook, 2))
    return hold(people.company.id, subscriber="webhooks")[0]


def held(people: Cast) -> list[HeldDelivery]:
    with scope([people.company.id]):
        return held_deliveries(company_id=people.company.id)


class TestHeldDelivery:
    def test_leads_to_its_event_and_to_what_may_be_done(self, dora: Client, dead: UUID) -> None:
        assert "ValueError: refused" in page(dora.get(LIST))
        assert "Replay a span of time" in page(dora.get(LIST))
        shown = page(dora.get(f"{LIST}{dead}/change/"))
        assert "/admin/events/outboxevent/" in shown
        for verb in ("retry", "discard"):
            assert f"{LIST}{dead}/{verb}/" in shown

    def test_is_not_changed_by_looking(self, people: Cast, dora: Client, dead: UUID) -> None:
        for verb in ("retry", "discard"):
            assert "<form" in page(dora.get(f"{LIST}{dead}/{verb}/"))
        assert held(people)[0].state == "dead"

    def test_is_tried_again(self, people: Cast, dora: Client, dead: UUID) -> None:
        assert dora.post(f"{LIST}{dead}/retry/").headers["Location"] == LIST
        assert [(row.state, row.attempts) for row in held(people)] == [("waiting", 0)] * 2
        assert audited(people.company.id, "events.delivery.replay") == 1

    def test_is_given_up_with_a_reason_only(self, people: Cast, dora: Client, dead: UUID) -> None:
        assert "This field is required." in page(dora.post(f"{LIST}{dead}/discard/", {"reason": "  "}))
        assert len(held(people)) == 2
        assert dora.post(f"{LIST}{dead}/discard/", {"reason": "known to be wrong"}).status_code == 302
        assert [row.state for row in held(people)] == ["waiting"]
        assert audited(people.company.id, "events.delivery.discard") == 1
        assert dora.post(f"{LIST}{dead}/discard/", {"reason": "again"}).status_code == 404

    def test_is_shown_to_an_auditor_who_may_do_nothing(self, people: Cast, dead: UUID) -> None:
        bob = staff(people.bob)
        shown = page(bob.get(f"{LIST}{dead}/change/"))
        assert "/discard/" not in shown
        assert "Replay" not in page(bob.get(LIST))
        for path in (f"{dead}/retry/", f"{dead}/discard/", "replay/"):
            assert bob.get(f"{LIST}{path}").status_code == 403
            assert bob.post(f"{LIST}{path}", {"reason": "x"}).status_code == 403
        assert held(people)[0].state == "dead"

    def test_of_another_company_is_not_there(self, people: Cast, dead: UUID) -> None:
        eve = staff(member(cast_of_others(), name="eve", role="administrator"))
        assert str(dead) not in page(eve.get(LIST))
        assert eve.post(f"{LIST}{dead}/retry/").status_code == 404
        operator = staff(create_user(username="operator", is_platform_administrator=True))
        assert operator.post(f"{LIST}{dead}/retry/").status_code == 403

    def test_is_changed_by_no_page_of_another_site(self, dora: Client, dead: UUID) -> None:
        careful = Client(enforce_csrf_checks=True)
        careful.cookies = dora.cookies
        assert careful.post(f"{LIST}{dead}/retry/").status_code == 403


class TestReplay:
    SPAN = {
        "subscriber": "webhooks",
        "recorded_from": "2000-01-01T00:00",
        "recorded_until": "2999-01-01T00:00",
    }

    def test_delivers_a_span_of_time_again(self, people: Cast, dora: Client) -> None:
        publish(people.company.id, (uuid7(), 1), (uuid7(), 2))
        form = {**self.SPAN, "company": people.company.id}
        answer = dora.post(f"{LIST}replay/", form, follow=True)
        assert "2 events are delivered again now." in page(answer)
        assert [row.state for row in held(people)] == ["waiting"] * 2
        assert audited(people.company.id, "events.delivery.replay") == 1

    def test_refuses_a_span_that_ends_before_it_begins(self, people: Cast, dora: Client) -> None:
        form = {**self.SPAN, "company": people.company.id, "recorded_until": "1999-01-01T00:00"}
        assert "Expected an instant after the first one." in page(dora.post(f"{LIST}replay/", form))

    def test_refuses_a_company_of_others(self, people: Cast, dora: Client) -> None:
        form = {**self.SPAN, "company": cast_of_others().id}
        assert "Select a valid choice." in page(dora.post(f"{LIST}replay/", form))


def cast_of_others():  # type: ignore[no-untyped-def]
    """Return another company."""
    from tests.factories.people import create_company

    return create_company(code="OTHER", name="Other")
