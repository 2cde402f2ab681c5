# SPDX-License-Identifier: Apache-2.0
"""Deliveries on hold: try again those that are due, each aggregate from its oldest on."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import connection

from cortex.database.service_role import service_transaction
from cortex.database.transactions import DatabaseMustBeReachable, transactional
from cortex.events.inbox import next_try, require_lease, told
from cortex.events.leases import Lease, LeaseMustBeHeld, keep_lease
from cortex.events.received import ReceivedEvent, read_envelope
from cortex.events.subscribers import Subscriber
from cortex.tenancy import scope

ROWS_PER_READING = 500
_log = structlog.get_logger(__name__)
# Due, and nothing before it in its aggregate that is not due or is dead. All at one instant: a clock read
# for each row would let an event fall due between the look at it and the look at the one behind it.
_DUE = """
SELECT held.id, held.company_id, held.aggregate_id, held.attempts, event.envelope
  FROM events_held_delivery held
  JOIN events_outbox_event event ON event.company_id = held.company_id AND event.id = held.event_id
 WHERE held.subscriber = %s AND held.lane = %s AND held.state = 'waiting'
   AND held.due_at <= statement_timestamp()
   AND NOT EXISTS (
       SELECT FROM events_held_delivery earlier
        WHERE earlier.company_id = held.company_id AND earlier.subscriber = held.subscriber
          AND earlier.aggregate_id = held.aggregate_id AND earlier.position < held.position
          AND (earlier.state = 'dead' OR earlier.due_at > statement_timestamp()))
 ORDER BY held.position LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """A delivery on hold, with the event itself."""

    id: UUID
    company_id: UUID
    aggregate_id: UUID
    attempts: int
    envelope: bytes


def try_again(*, subscriber: Subscriber, lane: int, lease: Lease) -> int:
    """Try the due deliveries of one lane once more; return how many succeeded.

    Raises: LeaseMustBeHeld, DatabaseMustBeReachable.
    """
    blocked: set[tuple[UUID, UUID]] = set()
    succeeded = 0
    for held in _due(subscriber, lane):
        keep_lease(lease)
        aggregate = (held.company_id, held.aggregate_id)
        if aggregate in blocked:
            continue
        if _try_once_more(subscriber, held, lease):
            succeeded += 1
        else:
            blocked.add(aggregate)
    return succeeded


def _due(subscriber: Subscriber, lane: int) -> list[HeldEvent]:
    with service_transaction() as cursor:
        cursor.execute(_DUE, [subscriber.name, lane, ROWS_PER_READING])
        return [HeldEvent(*row) for row in cursor.fetchall()]


def _try_once_more(subscriber: Subscriber, held: HeldEvent, lease: Lease) -> bool:
    with scope([held.company_id]):
        try:
            _effect(subscriber, held, read_envelope(bytes(held.envelope)), lease)
        except (LeaseMustBeHeld, DatabaseMustBeReachable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a subscriber raises is kept with the delivery
            _log.warning(
                "event_delivery_failed_again", subscriber=subscriber.name, id=str(held.id), exc_info=error
            )
            _note_failure(held, lease, told(error))
            return False
    return True


@transactional
def _effect(subscriber: Subscriber, held: HeldEvent, event: ReceivedEvent, lease: Lease) -> None:
    require_lease(lease)
    with connection.cursor() as cursor:
        # Gone: somebody discarded it between our reading and now.
        cursor.execute(
            "DELETE FROM events_held_delivery WHERE company_id = %s AND id = %s", [held.company_id, held.id]
        )
        if cursor.rowcount == 0:
            return
        cursor.execute(
            "INSERT INTO events_inbox_entry (company_id, subscriber, event_id) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [held.company_id, subscriber.name, event.id],
        )
        if cursor.rowcount == 0:
            return
    subscriber.effect(event)


@transactional
def _note_failure(held: HeldEvent, lease: Lease, error: str) -> None:
    state, due_at = next_try(attempts=held.attempts + 1)
    require_lease(lease)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_held_delivery SET attempts = attempts + 1, state = %s, due_at = %s,"
            " last_error = %s WHERE company_id = %s AND id = %s",
            [state, due_at, error, held.company_id, held.id],
        )
