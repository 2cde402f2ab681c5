# SPDX-License-Identifier: Apache-2.0
"""From the commit to the subscriber: in order, with one effect, whatever fails in between."""

import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from pytest_django.fixtures import Settings

from apps.accounting.published import JournalEntryPosted
from cortex import clock
from cortex.database.transactions import transactional
from cortex.events import subscribers as registry
from cortex.events.actions import DISCARD, REPLAY
from cortex.events.bus import Bus, BusMustBeReachable, Message
from cortex.events.bus.memory import InMemoryBus
from cortex.events.dead_letters import (
    HeldDeliveryMustExist,
    discard_delivery,
    held_deliveries,
    retry_delivery,
)
from cortex.events.deliver import deliver
from cortex.events.held import _due
from cortex.events.lanes import EVERY_LANE, LANES
from cortex.events.leases import LeaseMustBeHeld, claim_lease, keep_lease, release_lease
from cortex.events.models import HeldDelivery
from cortex.events.received import ReceivedEvent
from cortex.events.relay import relay, waiting_events
from cortex.events.replay import SpanMustNotBeEmpty, replay_events
from cortex.events.subscribers import Subscriber, SubscriberMustBeUnique, SubscriberMustExist, subscriber
from cortex.ids import uuid7
from cortex.policy.access import AccessMustBeGranted
from cortex.ports.audit_log import AuditLog
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.books import open_books
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.integration.cortex.events.publishing import NoteWritten, Recorder, audited, hold, publish

CONSOLE = Principal.service("console")


@pytest.fixture
def people(committed_database: Clone, settings: Settings) -> Cast:
    settings.EVENT_BACKOFF_SECONDS = 0
    settings.EVENT_ATTEMPTS_MAX = 3
    return cast()


@pytest.fixture
def memory() -> InMemoryBus:
    return InMemoryBus()


def bring(bus: Bus, recorder: Recorder) -> int:
    relay(bus=bus)
    return deliver(bus=bus, subscriber=recorder.subscriber, lanes=EVERY_LANE)


def held(company_id: UUID) -> list[HeldDelivery]:
    with scope([company_id]):
        return held_deliveries(company_id=company_id)


class TestWayOfAnEvent:
    def test_leads_a_posted_entry_to_its_subscriber_once(self, people: Cast, bus: Bus) -> None:
        books = open_books(code="BOOKS")
        entry = books.post()
        seen: list[ReceivedEvent] = []
        ledger = Subscriber("testing.ledger", frozenset({JournalEntryPosted.event_type}), seen.append)
        relay(bus=bus)
        assert waiting_events() == 0
        deliver(bus=bus, subscriber=ledger, lanes=EVERY_LANE)
        deliver(bus=bus, subscriber=ledger, lanes=EVERY_LANE)
        assert [(event.company_id, event.aggregate_id) for event in seen] == [(books.company_id, entry.id)]
        assert seen[0].data["number"] == entry.number

    def test_binds_the_scope_of_its_company(self, people: Cast, memory: InMemoryBus) -> None:
        seen: list[str] = []

        def look(event: ReceivedEvent) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('app.company_ids')")
                seen.append(cursor.fetchone()[0])

        publish(people.company.id, (uuid7(), 1))
        bring(memory, Recorder(before=look))
        assert seen == [str(people.company.id)]

    def test_drops_what_is_sent_twice(self, people: Cast, bus: Bus) -> None:
        class Forgetful:
            """A bus whose relay dies after sending: it keeps the messages and never confirms."""

            log_id, create_log = staticmethod(bus.log_id), staticmethod(bus.create_log)

            def append(self, *, messages: list[Message]) -> None:
                bus.append(messages=messages)
                raise BusMustBeReachable("killed")

        notebook, recorder = uuid7(), Recorder()
        publish(people.company.id, *((notebook, number) for number in range(20)))
        with pytest.raises(BusMustBeReachable):
            relay(bus=Forgetful())  # type: ignore[arg-type]
        assert bring(bus, recorder) == 40
        assert recorder.numbers(notebook) == list(range(20))

    def test_leaves_out_types_that_nobody_asked_for(self, people: Cast, memory: InMemoryBus) -> None:
        publish(people.company.id, (uuid7(), 1))
        seen: list[ReceivedEvent] = []
        other = Subscriber("testing.other", frozenset({"testing.other.v1"}), seen.append)
        relay(bus=memory)
        assert deliver(bus=memory, subscriber=other, lanes=EVERY_LANE) == 1
        assert seen == []

    def test_passes_by_what_is_no_event(self, people: Cast, memory: InMemoryBus) -> None:
        recorder = Recorder()
        memory.append(messages=[Message(lane, "x", b"not json") for lane in EVERY_LANE])
        publish(people.company.id, (uuid7(), 1))
        bring(memory, recorder)
        assert len(recorder.notes) == 1


class TestRelays:
    def test_never_claim_the_same_row(self, people: Cast) -> None:
        sent: list[bytes] = []

        class Collecting(InMemoryBus):
            def append(self, *, messages: list[Message]) -> None:  # type: ignore[override]
                sent.extend(message.envelope for message in messages)

        for _ in range(20):
            publish(people.company.id, *((uuid7(), number) for number in range(50)))
        start = threading.Barrier(4)

        def work() -> None:
            start.wait(timeout=10)
            relay(bus=Collecting())
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        relay(bus=Collecting())
        assert len(sent) == len(set(sent)) == 1000

    def test_that_lost_its_lease_takes_nothing_off_the_list(self, people: Cast) -> None:
        class Slow(InMemoryBus):
            def append(self, *, messages: object) -> None:  # type: ignore[override]
                with connections["service"].cursor() as cursor:
                    cursor.execute("UPDATE events_lease SET fence = fence + 1")

        publish(people.company.id, (uuid7(), 1))
        with pytest.raises(LeaseMustBeHeld):
            relay(bus=Slow())
        assert waiting_events() == 1

    def test_agree_with_the_database_about_lanes(self, people: Cast) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(events_lane(id)), max(events_lane(id)), count(DISTINCT events_lane(id)) FROM"
                " (SELECT gen_random_uuid() AS id FROM generate_series(1, 1000)) AS ids"
            )
            assert cursor.fetchone() == (0, LANES - 1, LANES)


class TestLease:
    def test_has_one_holder(self, people: Cast) -> None:
        lease = claim_lease(name="testing")
        assert lease is not None
        assert claim_lease(name="testing") is None
        release_lease(lease)
        second = claim_lease(name="testing")
        assert second is not None
        assert second.fence == lease.fence + 1

    def test_of_the_past_cannot_be_renewed(self, people: Cast, settings: Settings) -> None:
        settings.EVENT_LEASE_SECONDS = 0
        lease = claim_lease(name="testing")
        assert lease is not None
        assert claim_lease(name="testing") is not None
        with pytest.raises(LeaseMustBeHeld):
            keep_lease(lease)

    def test_that_is_lost_undoes_the_effect(self, people: Cast, memory: InMemoryBus) -> None:
        def lose(event: ReceivedEvent) -> None:
            raise LeaseMustBeHeld("taken over")

        publish(people.company.id, (uuid7(), 1))
        recorder = Recorder(before=lose)
        with pytest.raises(LeaseMustBeHeld):
            bring(memory, recorder)
        assert held(people.company.id) == []
        recorder.before = lambda event: None
        bring(memory, recorder)
        assert len(recorder.notes) == 1


class TestFailure:
    def test_is_tried_again_until_it_succeeds(self, people: Cast, bus: Bus) -> None:
        notebook, recorder = uuid7(), Recorder(refused={1})
        publish(people.company.id, (notebook, 0), (notebook, 1), (notebook, 2))
        bring(bus, recorder)
        assert recorder.numbers(notebook) == [0]
        recorder.refused.clear()
        bring(bus, recorder)
        assert recorder.numbers(notebook) == [0, 1, 2]
        assert held(people.company.id) == []

    def test_holds_back_its_aggregate_and_no_other(self, people: Cast, memory: InMemoryBus) -> None:
        bad, good = uuid7(), uuid7()
        recorder = Recorder(refused={1})
        publish(people.company.id, (bad, 1), (good, 2), (bad, 3), (good, 4))
        bring(memory, recorder)
        publish(people.company.id, (bad, 5), (good, 6))
        bring(memory, recorder)
        assert (recorder.numbers(good), recorder.numbers(bad)) == ([2, 4, 6], [])

    def test_becomes_a_dead_letter_that_parks_what_follows(self, people: Cast, memory: InMemoryBus) -> None:
        notebook, recorder = uuid7(), Recorder(refused={1})
        publish(people.company.id, (notebook, 1), (notebook, 2))
        for _ in range(5):
            bring(memory, recorder)
        first, second = held(people.company.id)
        assert (first.state, first.attempts, first.last_error) == ("dead", 3, "ValueError: note 1 is refused")
        assert (second.state, second.attempts) == ("waiting", 0)
        assert recorder.notes == []

    def test_waits_longer_each_time(self, people: Cast, memory: InMemoryBus, settings: Settings) -> None:
        settings.EVENT_BACKOFF_SECONDS = 100
        publish(people.company.id, (uuid7(), 1))
        before = clock.now()
        bring(memory, Recorder(refused={1}))
        bring(memory, Recorder(refused={1}))
        (delivery,) = held(people.company.id)
        assert delivery.attempts == 1
        assert timedelta(seconds=50) <= delivery.due_at - before <= timedelta(seconds=160)

    def test_leaves_nothing_of_the_effect(self, people: Cast, memory: InMemoryBus) -> None:
        def write_and_fail(event: ReceivedEvent) -> None:
            publish(people.company.id, (uuid7(), 99))
            raise ValueError("after writing")

        publish(people.company.id, (uuid7(), 1))
        bring(memory, Recorder(before=write_and_fail))
        assert waiting_events() == 0


class TestDueDeliveries:
    def test_are_judged_at_one_instant(self, people: Cast, committed_database: Clone) -> None:
        """The first falls due while the list is read; the second must not overtake it."""
        notebook, recorder = uuid7(), Recorder()
        neighbour = UUID(hex=uuid7().hex[:-4] + notebook.hex[-4:])
        publish(people.company.id, (notebook, 1), (neighbour, 1), (neighbour, 2), (notebook, 2))
        first, dead, *_ = hold(people.company.id, subscriber=recorder.subscriber.name)
        with psycopg.connect(committed_database.admin_dsn, autocommit=True) as admin:
            # A dead letter that takes a fifth of a second to read stands for a lane with a long list.
            admin.execute("CREATE SCHEMA slow")
            admin.execute(
                "CREATE VIEW slow.events_held_delivery AS SELECT held.*"
                " FROM public.events_held_delivery held,"
                " LATERAL pg_sleep(CASE held.state WHEN 'dead' THEN 0.2 ELSE 0 END)"
            )
            admin.execute("GRANT USAGE ON SCHEMA slow TO cortex_service")
            admin.execute("GRANT SELECT ON slow.events_held_delivery TO cortex_service")
            with connections["service"].cursor() as cursor:
                cursor.execute("SET search_path = slow, public")
            admin.execute("UPDATE events_held_delivery SET state = 'dead' WHERE id = %s", [dead])
            admin.execute(
                "UPDATE events_held_delivery SET state = 'waiting',"
                " due_at = clock_timestamp() + interval '0.1 s' WHERE id = %s",
                [first],
            )
            found = _due(recorder.subscriber, int(notebook.hex[-4:], 16) % LANES)
        assert found == []


class TestDeadLetter:
    @pytest.fixture
    def recorder(self, people: Cast, memory: InMemoryBus) -> Recorder:
        recorder = Recorder(refused={1})
        notebook = uuid7()
        publish(people.company.id, (notebook, 1), (notebook, 2))
        for _ in range(4):
            bring(memory, recorder)
        return recorder

    def test_is_retried_on_request(self, people: Cast, memory: InMemoryBus, recorder: Recorder) -> None:
        company_id, dead = people.company.id, held(people.company.id)[0]
        recorder.refused.clear()
        with scope([company_id]):
            retry_delivery(company_id=company_id, delivery_id=dead.id, retried_by=CONSOLE)
        bring(memory, recorder)
        assert [number for _, number in recorder.notes] == [1, 2]
        assert self.leaves(company_id, dead.event_id) == [REPLAY]

    def test_is_discarded_on_request(self, people: Cast, memory: InMemoryBus, recorder: Recorder) -> None:
        company_id, dead = people.company.id, held(people.company.id)[0]
        with scope([company_id]):
            discard_delivery(
                company_id=company_id, delivery_id=dead.id, reason="written twice", discarded_by=CONSOLE
            )
        bring(memory, recorder)
        assert [number for _, number in recorder.notes] == [2]
        assert self.leaves(company_id, dead.event_id) == [DISCARD]
        assert held(company_id) == []

    def test_is_not_for_everybody(self, people: Cast, memory: InMemoryBus, recorder: Recorder) -> None:
        company_id, dead = people.company.id, held(people.company.id)[0]
        bob = Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)
        with scope([company_id]):
            with pytest.raises(AccessMustBeGranted):
                discard_delivery(company_id=company_id, delivery_id=dead.id, reason="", discarded_by=bob)
            with pytest.raises(HeldDeliveryMustExist):
                retry_delivery(company_id=company_id, delivery_id=uuid7(), retried_by=CONSOLE)
        assert len(held(company_id)) == 2
        assert self.leaves(company_id, dead.event_id) == []

    def leaves(self, company_id: UUID, event_id: UUID) -> list[str]:
        with scope([company_id]):
            leaves = transactional(get(AuditLog).leaves_of)(company_id=company_id, object_id=event_id)
        return [leaf.verb for leaf in leaves]


class TestReplay:
    def replay(self, people: Cast, *, again: bool) -> int:
        with scope([people.company.id]):
            return replay_events(
                company_id=people.company.id,
                subscriber="testing.recorder",
                recorded_from=clock.now() - timedelta(hours=1),
                recorded_until=clock.now(),
                replayed_by=CONSOLE,
                again=again,
            )

    @pytest.fixture
    def recorder(self, people: Cast, monkeypatch: pytest.MonkeyPatch) -> Recorder:
        recorder = Recorder()
        known = {**registry._registered, "testing.recorder": recorder.subscriber}
        monkeypatch.setattr(registry, "_registered", known)
        return recorder

    def test_brings_what_a_bus_lost(self, people: Cast, memory: InMemoryBus, recorder: Recorder) -> None:
        notebook = uuid7()
        publish(people.company.id, (notebook, 1), (notebook, 2))
        bring(memory, recorder)
        publish(people.company.id, (notebook, 3), (notebook, 4))
        relay(bus=InMemoryBus())
        assert self.replay(people, again=False) == 2
        bring(memory, recorder)
        assert recorder.numbers(notebook) == [1, 2, 3, 4]

    def test_repeats_everything_when_asked_to(
        self, people: Cast, memory: InMemoryBus, recorder: Recorder
    ) -> None:
        notebook = uuid7()
        publish(people.company.id, *((notebook, number) for number in range(5)))
        bring(memory, recorder)
        assert self.replay(people, again=True) == 5
        bring(memory, recorder)
        assert recorder.numbers(notebook) == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]

    def test_leaves_out_what_was_given_up(
        self, people: Cast, memory: InMemoryBus, recorder: Recorder
    ) -> None:
        notebook = uuid7()
        publish(people.company.id, (notebook, 1), (notebook, 2))
        recorder.refused = {1}
        bring(memory, recorder)
        company_id, first = people.company.id, held(people.company.id)[0]
        with scope([company_id]):
            discard_delivery(
                company_id=company_id, delivery_id=first.id, reason="wrong", discarded_by=CONSOLE
            )
        recorder.refused.clear()
        bring(memory, recorder)
        assert self.replay(people, again=True) == 1
        bring(memory, recorder)
        assert recorder.numbers(notebook) == [2, 2]

    def test_of_a_span_that_ends_before_it_begins_is_refused(self, people: Cast, recorder: Recorder) -> None:
        company_id, now = people.company.id, clock.now()
        publish(company_id, (uuid7(), 1))
        with scope([company_id]), pytest.raises(SpanMustNotBeEmpty):
            replay_events(
                company_id=company_id,
                subscriber="testing.recorder",
                recorded_from=now,
                recorded_until=now - timedelta(hours=1),
                replayed_by=CONSOLE,
            )
        assert audited(company_id, "events.delivery.replay") == 0

    def test_is_a_command(
        self, people: Cast, memory: InMemoryBus, recorder: Recorder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        publish(people.company.id, (uuid7(), 1))
        span = ["--from", "2026-01-01", "--to", "2126-01-01T00:00:00Z"]
        call_command("events", "replay", "--subscriber", "testing.recorder", *span)
        call_command("events", "held", "--company", people.company.code)
        (delivery,) = held(people.company.id)
        call_command("events", "retry", str(delivery.id), "--company", people.company.code)
        discard = ["discard", str(delivery.id), "--company", people.company.code, "--reason", "a test"]
        call_command("events", *discard)
        call_command("events", "status")
        lines = capsys.readouterr().out.splitlines()
        assert lines[:4] == [
            "1 events",
            f"{delivery.id} testing.recorder {delivery.event_id} waiting 0",
            f"{delivery.id} due",
            f"{delivery.id} discarded",
        ]
        assert f"testing.recorder {NoteWritten.event_type}" in lines[4:]
        assert lines[-1] == "waiting for a relay: 1"

    def test_needs_a_subscriber(self, people: Cast) -> None:
        with pytest.raises(SubscriberMustExist):
            self.replay(people, again=False)


class TestRegistry:
    def test_refuses_a_second_subscriber_of_one_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registry, "_registered", {})
        subscriber("testing.twice", event_types=["a"])(lambda event: None)
        with pytest.raises(SubscriberMustBeUnique):
            subscriber("testing.twice", event_types=["a"])(lambda event: None)
