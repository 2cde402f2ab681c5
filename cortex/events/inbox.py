# SPDX-License-Identifier: Apache-2.0
"""The effect of one event on one subscriber: exactly once, and never before its predecessors.

Inbox entry and effect are one transaction. An aggregate that has a delivery on hold keeps its later
events behind it; the others go on.
"""

from datetime import datetime, timedelta
from enum import Enum
from random import uniform
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from cortex.database.transactions import DatabaseMustBeReachable, transactional
from cortex.events.leases import HELD, Lease, LeaseMustBeHeld, lease_must_be_held, require_held
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import Subscriber
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy import scope

ERROR_LENGTH_MAX = 2000
_log = structlog.get_logger(__name__)
# One statement decides: is the lease ours, is the aggregate on hold, is the event new?
_ENTER = f"""
WITH held_lease AS ({HELD}),
     on_hold AS (SELECT 1 FROM events_held_delivery WHERE company_id = %s AND subscriber = %s
                                                     AND aggregate_id = %s LIMIT 1),
     entered AS (INSERT INTO events_inbox_entry (company_id, subscriber, event_id)
                 SELECT %s, %s, %s WHERE EXISTS (SELECT FROM held_lease) AND NOT EXISTS (SELECT FROM on_hold)
                 ON CONFLICT DO NOTHING RETURNING 1)
SELECT EXISTS (SELECT FROM held_lease), EXISTS (SELECT FROM on_hold), EXISTS (SELECT FROM entered)
"""  # noqa: S608 - HELD is a constant of ours
_HOLD = """
INSERT INTO events_held_delivery (id, company_id, subscriber, event_id, aggregate_id, lane, position, state,
                                  attempts, due_at, last_error)
SELECT %s, company_id, %s, id, aggregate_id, events_lane(aggregate_id), position, %s, %s, %s, %s
  FROM events_outbox_event event WHERE company_id = %s AND id = %s
   AND NOT EXISTS (SELECT FROM events_inbox_entry entry WHERE entry.company_id = event.company_id
                                                          AND entry.subscriber = %s
                                                          AND entry.event_id = event.id)
ON CONFLICT (company_id, subscriber, event_id) DO NOTHING
"""


class Outcome(Enum):
    """What became of a delivery."""

    DONE = "done"
    SEEN_BEFORE = "seen before"
    HELD = "held"


def take_in(*, subscriber: Subscriber, event: ReceivedEvent, lease: Lease) -> Outcome:
    """Let the event have its effect, drop it if it had one before, or hold it if it cannot have one now.

    Raises: LeaseMustBeHeld, DatabaseMustBeReachable; the message must then not be acknowledged.
    """
    with scope([event.company_id]):
        try:
            return _effect(subscriber, event, lease)
        except (LeaseMustBeHeld, DatabaseMustBeReachable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a subscriber raises is kept with the delivery
            _log.warning(
                "event_delivery_failed", subscriber=subscriber.name, event_id=str(event.id), exc_info=error
            )
            return _hold(subscriber, event, lease, attempts=1, error=told(error))


@transactional
def _effect(subscriber: Subscriber, event: ReceivedEvent, lease: Lease) -> Outcome:
    where: list[UUID | str] = [event.company_id, subscriber.name]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [*lease.parameters, *where, event.aggregate_id, *where, event.id])
        is_ours, is_on_hold, is_new = cursor.fetchone()
    if not is_ours:
        raise lease_must_be_held(lease)
    if is_on_hold:
        return _hold(subscriber, event, lease, attempts=0, error="")
    if not is_new:
        return Outcome.SEEN_BEFORE
    subscriber.effect(event)
    return Outcome.DONE


@transactional
def _hold(
    subscriber: Subscriber, event: ReceivedEvent, lease: Lease, *, attempts: int, error: str
) -> Outcome:
    state, due_at = next_try(attempts=attempts)
    require_lease(lease)
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLD,
            [
                uuid7(),
                subscriber.name,
                state,
                attempts,
                due_at,
                error,
                event.company_id,
                event.id,
                subscriber.name,
            ],
        )
    return Outcome.HELD


def require_lease(lease: Lease) -> None:
    """Lock the lease for the rest of the open transaction; raises LeaseMustBeHeld."""
    with connection.cursor() as cursor:
        require_held(cursor=cursor, lease=lease)


def next_try(*, attempts: int) -> tuple[str, datetime]:
    """Return state and due time after this many failures: twice as long each time, up to an hour.

    The jitter keeps deliveries that failed together from coming back together.
    """
    now = get(Clock).now()
    if attempts == 0:
        return "waiting", now
    if attempts >= settings.EVENT_ATTEMPTS_MAX:
        return "dead", now
    seconds = min(settings.EVENT_BACKOFF_SECONDS * 2 ** (attempts - 1), 3600.0)
    return "waiting", now + timedelta(seconds=seconds * uniform(0.5, 1.5))  # noqa: S311 - no secret depends on it


def told(error: Exception) -> str:
    """Return class and message of an error, as long as a delivery can keep it."""
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_LENGTH_MAX]
