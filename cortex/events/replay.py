# SPDX-License-Identifier: Apache-2.0
"""Deliver what was published in a span of time to one subscriber again, straight from the outbox.

Replayed events take the way of deliveries on hold, so each aggregate stays in order and what happens
meanwhile waits behind them. What had its effect already is left out, unless it is asked for `again`:
then the subscriber must be able to bear the repetition, as a projection that was emptied can.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.events.actions import REPLAY
from cortex.events.subscribers import EVERY_EVENT, Subscriber, subscriber_named
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "events.replay"
_SPAN = (
    "event.company_id = %s AND event.recorded_at >= %s AND event.recorded_at < %s"
    " AND (%s OR event.event_type = ANY (%s))"
)
_FORGET = f"""
DELETE FROM events_inbox_entry entry USING events_outbox_event event
 WHERE {_SPAN} AND entry.company_id = event.company_id AND entry.event_id = event.id AND entry.subscriber = %s
   AND entry.outcome = 'done'
"""  # noqa: S608 - the span is a constant of ours
# Nothing sorts by these ids, so they may be random: one statement, however many events.
_HOLD = f"""
INSERT INTO events_held_delivery (id, company_id, subscriber, event_id, aggregate_id, lane, position, state,
                                  attempts, due_at, last_error)
SELECT gen_random_uuid(), event.company_id, %s, event.id, event.aggregate_id,
       events_lane(event.aggregate_id), event.position, 'waiting', 0, clock_timestamp(), ''
  FROM events_outbox_event event
 WHERE {_SPAN}
   AND NOT EXISTS (SELECT FROM events_inbox_entry entry WHERE entry.company_id = event.company_id
                                                          AND entry.subscriber = %s
                                                          AND entry.event_id = event.id)
ON CONFLICT (company_id, subscriber, event_id) DO NOTHING
"""  # noqa: S608 - the span is a constant of ours


@transactional
def replay_events(
    *,
    company_id: UUID,
    subscriber: str,
    recorded_from: datetime,
    recorded_until: datetime,
    replayed_by: Principal,
    again: bool = False,
) -> int:
    """Put the events of the span on hold, due now, and return how many; the audit log keeps who asked.

    With `again` those that had their effect as well; what was given up stays so.

    Shapes: recorded_from is inclusive, recorded_until exclusive. Call it inside the company's scope.
    Raises: SubscriberMustExist, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=replayed_by, action=REPLAY, company_id=company_id)
    found = subscriber_named(subscriber)
    span: list[Any] = [company_id, recorded_from, recorded_until, *_wanted(found)]
    with connection.cursor() as cursor:
        if again:
            cursor.execute(_FORGET, [*span, subscriber])
        cursor.execute(_HOLD, [subscriber, *span, subscriber])
        count: int = cursor.rowcount
    details = {
        "subscriber": subscriber,
        "from": recorded_from.isoformat(),
        "to": recorded_until.isoformat(),
        "again": str(again).lower(),
        "count": str(count),
    }
    record = AuditRecord(verb=REPLAY, object_type=OBJECT_TYPE, object_id=uuid7(), details=details)
    get(AuditLog).append(company_id=company_id, actor=replayed_by, records=[record])
    return count


def _wanted(subscriber: Subscriber) -> tuple[bool, list[str]]:
    """Return (whether every type is wanted, the types)."""
    return EVERY_EVENT in subscriber.event_types, sorted(subscriber.event_types)
