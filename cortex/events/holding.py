# SPDX-License-Identifier: Apache-2.0
"""What must reach a subscriber once more is put on hold straight from the outbox, due at once.

Deliveries on hold come before what the bus still brings, so each aggregate stays in order.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from cortex.events.subscribers import EVERY_EVENT, Subscriber

_FORGET = """
DELETE FROM events_inbox_entry entry USING events_outbox_event event
 WHERE {wanted}
   AND entry.company_id = event.company_id AND entry.event_id = event.id AND entry.subscriber = %s
   AND entry.outcome = 'done'
"""
# Nothing sorts by these ids, so they may be random: one statement, however many events.
_HOLD = """
INSERT INTO events_held_delivery (id, company_id, subscriber, event_id, aggregate_id, lane, position, state,
                                  attempts, due_at, last_error)
SELECT gen_random_uuid(), event.company_id, %s, event.id, event.aggregate_id,
       events_lane(event.aggregate_id), event.position, 'waiting', 0, clock_timestamp(), ''
  FROM events_outbox_event event
 WHERE {wanted}
   AND NOT EXISTS (SELECT FROM events_inbox_entry entry
                    WHERE entry.company_id = event.company_id AND entry.subscriber = %s
                      AND entry.event_id = event.id)
ON CONFLICT (company_id, subscriber, event_id) DO NOTHING
"""
_WANTED = "event.company_id = %s AND (%s OR event.event_type = ANY (%s)) AND {span}"


def hold_events(
    *, company_id: UUID, subscriber: Subscriber, span: str, parameters: Sequence[Any], again: bool = False
) -> int:
    """Put on hold what the subscriber wants of the span and had no effect yet; return how many.

    With `again` also what had its effect, but never what was given up. Call it in the company's transaction.

    Shapes: span is a constant SQL condition on `event`, a row of the outbox, with `parameters`.
    """
    wanted = _WANTED.format(span=span)
    every = EVERY_EVENT in subscriber.event_types
    given = [company_id, every, sorted(subscriber.event_types), *parameters]
    with connection.cursor() as cursor:
        if again:
            cursor.execute(_FORGET.format(wanted=wanted), [*given, subscriber.name])
        cursor.execute(_HOLD.format(wanted=wanted), [subscriber.name, *given, subscriber.name])
        return int(cursor.rowcount)
