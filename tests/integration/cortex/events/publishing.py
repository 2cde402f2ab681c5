# SPDX-License-Identifier: Apache-2.0
"""Notes: events that the tests publish and count."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.events.received import ReceivedEvent, read_envelope
from cortex.events.subscribers import Subscriber
from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery
from cortex.events.webhooks.queueing import queue_deliveries
from cortex.ids import uuid7
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.registry import get
from cortex.schemas.event_registration import register_events
from cortex.tenancy import scope


class NoteWritten(Event):
    """Somebody wrote a numbered note; the aggregate is its notebook."""

    event_type: ClassVar[str] = "testing.note.written.v1"
    aggregate_type: ClassVar[str] = "testing.notebook"

    number: int


def publish(company_id: UUID, *notes: tuple[UUID, int]) -> None:
    """Publish notes, given as (notebook, number), in one transaction."""

    @transactional
    def verb() -> None:
        events = [NoteWritten(aggregate_id=notebook, number=number) for notebook, number in notes]
        get(EventBus).publish(company_id=company_id, events=events)

    register_events(classes=[NoteWritten])
    with scope([company_id]):
        verb()


@dataclass
class Recorder:
    """A subscriber that remembers what it got, and refuses the numbers it is told to."""

    refused: set[int] = field(default_factory=set)
    notes: list[tuple[UUID, int]] = field(default_factory=list)
    before: Callable[[ReceivedEvent], None] = lambda event: None

    @property
    def subscriber(self) -> Subscriber:
        """Return the registration of this recorder."""
        return Subscriber("testing.recorder", frozenset({NoteWritten.event_type}), self.receive)

    def receive(self, event: ReceivedEvent) -> None:
        """Remember the note."""
        self.before(event)
        number = event.data["number"]
        if number in self.refused:
            raise ValueError(f"note {number} is refused")
        self.notes.append((event.aggregate_id, number))

    def numbers(self, notebook: UUID) -> Sequence[int]:
        """Return the numbers that came for one notebook, in order."""
        return [number for book, number in self.notes if book == notebook]


def published_envelopes() -> list[bytes]:
    """Return what the companies in scope have published, in order; call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT envelope FROM events_outbox_event ORDER BY position")
        return [bytes(row[0]) for row in cursor.fetchall()]


def hold(company_id: UUID, *, subscriber: str) -> list[UUID]:
    """Put every event of the company on hold, the first as a dead letter; return the deliveries' ids."""

    @transactional
    def held() -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO events_held_delivery (id, company_id, subscriber, event_id, aggregate_id, lane,"
                " position, state, attempts, due_at, last_error)"
                " SELECT gen_random_uuid(), company_id, %s, id, aggregate_id, events_lane(aggregate_id),"
                " position, 'waiting', 0, now(), '' FROM events_outbox_event",
                [subscriber],
            )
            cursor.execute(
                "UPDATE events_held_delivery SET state = 'dead', attempts = 8,"
                " last_error = 'ValueError: refused'"
                " WHERE position = (SELECT min(position) FROM events_held_delivery)"
            )
            cursor.execute("SELECT id FROM events_held_delivery ORDER BY position")
            return [row[0] for row in cursor.fetchall()]

    with scope([company_id]):
        return held()


def queue_delivery(company_id: UUID) -> WebhookDelivery:
    """Publish a note and queue it for the company's only webhook."""
    publish(company_id, (uuid7(), 1))

    @transactional
    def queued() -> WebhookDelivery:
        queue_deliveries(read_envelope(published_envelopes()[-1]))
        return WebhookDelivery.objects.get()

    with scope([company_id]):
        return queued()


def let_it_have_failed(delivery: WebhookDelivery, *, status: int, duration_ms: int) -> None:
    """Make it as if a delivery had been given up, with one request in its log."""

    @transactional
    def fail() -> None:
        WebhookDelivery.objects.filter(id=delivery.id).update(state="failed", attempts=9)
        attempt = WebhookAttempt(
            company_id=delivery.company_id,
            delivery_id=delivery.id,
            status=status,
            error="",
            duration_ms=duration_ms,
            attempted_at=delivery.created_at,
        )
        attempt.save(force_insert=True)

    with scope([delivery.company_id]):
        fail()


def audited(company_id: UUID, verb: str) -> int:
    """Return how many leaves of this verb the company has."""

    @transactional
    def leaves() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM audit_entry")
            return sum(json.loads(bytes(row[0]))["verb"] == verb for row in cursor.fetchall())

    with scope([company_id]):
        return leaves()
