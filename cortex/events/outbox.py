# SPDX-License-Identifier: Apache-2.0
"""The event bus of the business transaction: one statement, whatever the number of events."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from cortex.database.statements import prepared_cursor
from cortex.database.transactions import in_transaction
from cortex.errors import CortexError
from cortex.events.envelope import current_traceparent, envelope
from cortex.events.nudge import nudge_relay
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.event_bus import Event
from cortex.schemas.event_registration import schema_address


class EventMustShareTheTransaction(CortexError):
    """An event of its own transaction could tell of something that never happened."""

    code = "events.event_must_share_the_transaction"
    status = 500


class OutboxEventBus:
    """Writes events into the outbox; a relay delivers what was committed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def publish(self, *, company_id: UUID, events: Sequence[Event]) -> None:
        """Write the events in order.

        Raises: EventMustShareTheTransaction, EventSchemaMustBeRegistered.
        """
        if not in_transaction():
            raise EventMustShareTheTransaction("Event: expected an open business transaction, got none.")
        if not events:
            return
        at, traceparent = self._clock.now(), current_traceparent()
        envelopes = b",".join(
            envelope(
                event=event,
                event_id=uuid7(),
                company_id=company_id,
                at=at,
                traceparent=traceparent,
                dataschema=schema_address(event),
            )
            for event in events
        )
        with prepared_cursor() as cursor:
            cursor.execute("SELECT events_publish(%s)", [f"[{envelopes.decode()}]"])
        transaction.on_commit(nudge_relay, robust=True)
