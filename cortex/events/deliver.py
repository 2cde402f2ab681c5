# SPDX-License-Identifier: Apache-2.0
"""Bring events from the bus to one subscriber, lane by lane under a lease."""

import random
import time
from collections.abc import Iterable

import structlog

from cortex.events.bus import Bus, Received
from cortex.events.held import try_again
from cortex.events.inbox import take_in
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease
from cortex.events.received import ReceivedEvent, read_envelope
from cortex.events.subscribers import Subscriber

MESSAGES_PER_READING = 200
# A lane may be leased to a delivery that has just read it to its end, before our message came.
ROUNDS, ROUND_SECONDS = 4, 0.05
_log = structlog.get_logger(__name__)


def deliver(*, bus: Bus, subscriber: Subscriber, lanes: Iterable[int], seconds: float = 20.0) -> int:
    """Deliver what the lanes hold until nothing is left or the time is over; return how many events.

    Raises: BusMustBeReachable, DatabaseMustBeReachable, LeaseMustBeHeld.
    """
    deadline, count, left = time.monotonic() + seconds, 0, list(lanes)
    for _ in range(ROUNDS):
        random.shuffle(left)
        busy = []
        for lane in left:
            lease = claim_lease(name=f"deliver:{subscriber.name}:{lane}")
            if lease is None:
                busy.append(lane)
                continue
            count += _deliver_lane(bus, subscriber, lane, lease, deadline)
        left = busy
        if not left or time.monotonic() > deadline:
            break
        time.sleep(ROUND_SECONDS)
    return count


def _deliver_lane(bus: Bus, subscriber: Subscriber, lane: int, lease: Lease, deadline: float) -> int:
    try:
        count = _drain_held(subscriber, lane, lease, deadline)
        with bus.reader(subscriber=subscriber.name, lane=lane) as reader:
            while time.monotonic() < deadline:
                received = reader.receive(limit=MESSAGES_PER_READING)
                if not received:
                    break
                for message in received:
                    _take_in(subscriber, message, lease)
                reader.acknowledge(received=received)
                count += len(received)
        return count
    finally:
        release_lease(lease)


def _drain_held(subscriber: Subscriber, lane: int, lease: Lease, deadline: float) -> int:
    count = 0
    while time.monotonic() < deadline and (
        succeeded := try_again(subscriber=subscriber, lane=lane, lease=lease)
    ):
        count += succeeded
    return count


def _take_in(subscriber: Subscriber, message: Received, lease: Lease) -> None:
    keep_lease(lease)
    event = _readable(message)
    if event is not None and subscriber.wants(event.event_type):
        take_in(subscriber=subscriber, event=event, lease=lease)


def _readable(message: Received) -> ReceivedEvent | None:
    """Return the event, or None for what is not one of ours: it would stop the lane for ever."""
    try:
        return read_envelope(message.envelope)
    except (ValueError, KeyError, TypeError) as error:
        _log.error("event_envelope_unreadable", token=message.token, exc_info=error)
        return None
