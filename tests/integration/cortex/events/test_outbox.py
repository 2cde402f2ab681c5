# SPDX-License-Identifier: Apache-2.0
"""Events stand or fall with the business transaction, and are never changed."""

import json
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from opentelemetry.sdk.trace import TracerProvider

from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.events.models import OutboxEvent
from cortex.events.outbox import EventMustShareTheTransaction
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.registry import get
from cortex.schemas.event_registration import register_events
from cortex.tenancy import scope
from cortex.tenancy.models import Company
from tests.factories.clocks import StoppedClock
from tests.factories.people import create_company
from tests.frame.clones import Clone


class LetterWritten(Event):
    event_type: ClassVar[str] = "testing.letter.written.v1"
    aggregate_type: ClassVar[str] = "testing.letter"

    text: str


@pytest.fixture
def company(committed_database: Clone) -> Company:
    register_events(classes=[LetterWritten])
    return create_company(code="DEMO", name="Demo")


@transactional
def publish(company: Company, *texts: str, fails: bool = False) -> list[UUID]:
    events = [LetterWritten(aggregate_id=uuid7(), text=text) for text in texts]
    get(EventBus).publish(company_id=company.id, events=events)
    if fails:
        raise RuntimeError("the verb fails after publishing")
    return [event.aggregate_id for event in events]


@transactional
def stored() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.order_by("id"))


@transactional
def execute(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


class TestPublishing:
    def test_writes_cloud_events_in_order(self, company: Company) -> None:
        with scope([company.id]):
            aggregates = publish(company, "first", "sécond")
            events = stored()
        assert [event.aggregate_id for event in events] == aggregates
        envelope = json.loads(bytes(events[1].envelope))
        assert envelope == {
            "specversion": "1.0",
            "id": str(events[1].id),
            "source": f"/companies/{company.id}",
            "type": "testing.letter.written.v1",
            "subject": f"testing.letter/{aggregates[1]}",
            "time": envelope["time"],
            "datacontenttype": "application/json",
            "dataschema": "/schemas/subjects/testing.letter.written.v1/versions/1/schema",
            "companyid": str(company.id),
            "data": {"aggregate_id": str(aggregates[1]), "text": "sécond"},
        }
        assert envelope["time"].endswith("Z")

    def test_tells_the_time_of_the_clock_that_the_bus_was_made_with(self, company: Company) -> None:
        with scope([company.id]):
            publish(company, "now")
            with override(Clock, StoppedClock(datetime(2026, 1, 1, tzinfo=UTC))):
                publish(company, "new year")
            publish(company, "now again")
            times = [json.loads(bytes(event.envelope))["time"] for event in stored()]
        assert times.index("2026-01-01T00:00:00Z") == 1
        assert len(set(times)) == 3

    def test_leaves_nothing_when_the_verb_fails(self, company: Company) -> None:
        with scope([company.id]):
            with pytest.raises(RuntimeError, match="the verb fails"):
                publish(company, "x", fails=True)
            assert stored() == []

    def test_takes_the_columns_from_the_envelope(self, company: Company) -> None:
        with scope([company.id]):
            (aggregate,) = publish(company, "x")
            (event,) = stored()
            envelope = json.loads(bytes(event.envelope))
        assert (str(event.id), str(event.company_id)) == (envelope["id"], envelope["companyid"])
        assert (event.event_type, event.aggregate_type) == (envelope["type"], "testing.letter")
        assert (event.aggregate_id, event.envelope[:15]) == (aggregate, b'{"specversion":')

    def test_is_refused_outside_a_transaction(self, company: Company) -> None:
        with pytest.raises(EventMustShareTheTransaction):
            get(EventBus).publish(
                company_id=company.id, events=[LetterWritten(aggregate_id=uuid7(), text="x")]
            )

    def test_takes_one_statement_for_many(self, company: Company, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        with scope([company.id]), django_assert_max_num_queries(4) as queries:
            publish(company, *map(str, range(500)))
        assert sum("events_publish" in query["sql"] for query in queries.captured_queries) == 1

    def test_carries_the_trace_of_the_request(self, company: Company) -> None:
        tracer = TracerProvider().get_tracer("tests")
        with scope([company.id]), tracer.start_as_current_span("request") as span:
            publish(company, "x")
            envelope = json.loads(bytes(stored()[0].envelope))
        context = span.get_span_context()
        assert (
            envelope["traceparent"]
            == f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
        )

    def test_records_the_transaction_and_its_cluster(self, company: Company) -> None:
        with scope([company.id]):
            publish(company, "x", "y")
            publish(company, "z")
            rows = execute("SELECT recorded_xid::text, cluster_epoch FROM events_outbox_event ORDER BY id")
        assert rows[0] == rows[1] != rows[2]


class TestProtection:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE events_outbox_event SET envelope = ''",
            "DELETE FROM events_outbox_event",
            "TRUNCATE events_outbox_event",
            "INSERT INTO events_outbox_event SELECT * FROM events_outbox_event",
        ],
    )
    def test_refuses_to_change_what_happened(self, company: Company, statement: str) -> None:
        with scope([company.id]):
            publish(company, "x")
            with pytest.raises(DatabaseError, match="permission denied"):
                execute(statement)

    def test_hides_events_from_other_companies(self, company: Company) -> None:
        with scope([company.id]):
            publish(company, "x")
        with scope([create_company(code="OTHER", name="Other").id]):
            assert stored() == []

    def test_refuses_an_event_of_a_company_out_of_scope(self, company: Company) -> None:
        other = create_company(code="OTHER", name="Other")
        with scope([other.id]), pytest.raises(DatabaseError, match="row-level security"):
            publish(company, "x")
