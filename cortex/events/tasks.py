# SPDX-License-Identifier: Apache-2.0
"""The Celery tasks of events: thin shells.

Each may be lost or run twice: the schedule sends another, and leases keep two from the same work.
"""

from collections.abc import Iterable
from uuid import UUID

import structlog
from celery import current_app, shared_task

from cortex.database.transactions import DatabaseMustBeReachable
from cortex.events.bus import Bus, BusMustBeReachable
from cortex.events.deliver import deliver as deliver_lanes
from cortex.events.lanes import EVERY_LANE
from cortex.events.leases import LeaseMustBeHeld
from cortex.events.nudge import QUEUE, RELAY, delivery_has_come, lanes_to_wake, relay_has_come
from cortex.events.relay import relay as relay_waiting
from cortex.events.subscribers import Subscriber, all_subscribers, subscriber_named
from cortex.events.webhooks.sending import endpoints_with_work, send_due
from cortex.ports.asking import asks_nothing
from cortex.ports.registry import get

DELIVER = "cortex.events.deliver"
SEND_WEBHOOKS = "cortex.events.send_webhooks"
_log = structlog.get_logger(__name__)


@shared_task(name=RELAY, acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it hands on what was committed before")
def relay() -> None:
    """Hand committed events to the bus and wake every subscriber."""
    relay_has_come()
    try:
        lanes = relay_waiting(bus=get(Bus))
    except (BusMustBeReachable, DatabaseMustBeReachable, LeaseMustBeHeld) as error:
        _log.warning("relay_stopped", reason=error.message)
        return
    for subscriber in all_subscribers():
        if wanted := lanes_to_wake(subscriber=subscriber.name, lanes=lanes):
            _wake(subscriber, wanted)


@shared_task(name=DELIVER, acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it hands on what was committed before; each subscriber says what it asks")
def deliver(subscriber: str, lanes: list[int]) -> None:
    """Bring what the lanes hold to one subscriber."""
    delivery_has_come(subscriber=subscriber, lanes=lanes)
    try:
        deliver_lanes(bus=get(Bus), subscriber=subscriber_named(subscriber), lanes=lanes)
    except (BusMustBeReachable, DatabaseMustBeReachable, LeaseMustBeHeld) as error:
        _log.warning("delivery_stopped", subscriber=subscriber, reason=error.message)


@shared_task(name="cortex.events.deliver_all", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it only sends for other tasks")
def deliver_all() -> None:
    """Wake every subscriber in every lane: retries fall due, and tasks may have been lost."""
    for subscriber in all_subscribers():
        _wake(subscriber, EVERY_LANE)


@shared_task(name="cortex.events.trim", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("what every subscriber has stays in the outbox")
def trim() -> None:
    """Let the bus forget what every subscriber has."""
    try:
        get(Bus).trim(subscribers=[subscriber.name for subscriber in all_subscribers()])
    except BusMustBeReachable as error:
        _log.warning("trimming_stopped", reason=error.message)


@shared_task(name="cortex.events.send_all_webhooks", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it only sends for other tasks")
def send_all_webhooks() -> None:
    """Send for one task for each endpoint, so that a slow receiver delays no other."""
    try:
        endpoints = endpoints_with_work()
    except DatabaseMustBeReachable as error:
        _log.warning("webhooks_stopped", reason=error.message)
        return
    for company_id, endpoint_id in endpoints:
        current_app.send_task(
            SEND_WEBHOOKS,
            args=[str(company_id), str(endpoint_id)],
            queue=QUEUE,
            ignore_result=True,
            expires=60,
        )


@shared_task(name=SEND_WEBHOOKS, acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it brings what was queued for an endpoint that somebody was let set up")
def send_webhooks(company_id: str, endpoint_id: str) -> None:
    """Send what is due to one endpoint."""
    try:
        send_due(company_id=UUID(company_id), endpoint_id=UUID(endpoint_id))
    except (DatabaseMustBeReachable, LeaseMustBeHeld) as error:
        _log.warning("webhooks_stopped", endpoint=endpoint_id, reason=error.message)


def _wake(subscriber: Subscriber, lanes: Iterable[int]) -> None:
    current_app.send_task(
        DELIVER, args=[subscriber.name, list(lanes)], queue=QUEUE, ignore_result=True, expires=60
    )
