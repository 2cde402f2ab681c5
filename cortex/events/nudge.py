# SPDX-License-Identifier: Apache-2.0
"""Wake a relay at commit, and deliveries behind it, instead of waiting for the schedule.

One message stands for many commits: as long as it waits in the queue no second one is sent, so that a
worker that is behind finds more events for each task and not more tasks. It may fail in silence: the
schedule finds whatever was committed.
"""

from collections.abc import Iterable

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

QUEUE = "events"
RELAY = "cortex.events.relay"
_KEY = "events:relay-is-coming"
_SECONDS_MAX = 2
# As often as the schedule sends for every delivery anyway.
_LANE_SECONDS_MAX = 5
_log = structlog.get_logger(__name__)


def nudge_relay() -> None:
    """Send for a relay unless one is on its way."""
    try:
        if cache.add(_KEY, 1, timeout=_SECONDS_MAX):
            current_app.send_task(RELAY, queue=QUEUE, ignore_result=True, expires=_SECONDS_MAX)
    except (RedisError, OperationalError, OSError) as error:
        _log.warning("relay_not_nudged", error=type(error).__name__)


def relay_has_come() -> None:
    """Let the next commit send for a relay again: what it writes may come too late for this one."""
    try:
        cache.delete(_KEY)
    except (RedisError, OSError) as error:
        _log.warning("relay_not_announced", error=type(error).__name__)


def lanes_to_wake(*, subscriber: str, lanes: Iterable[int]) -> list[int]:
    """Return the lanes for which no delivery to the subscriber is on its way, and count them as on theirs."""
    wanted = list(lanes)
    try:
        return [
            lane for lane in wanted if cache.add(_delivery(subscriber, lane), 1, timeout=_LANE_SECONDS_MAX)
        ]
    except (RedisError, OSError) as error:
        _log.warning("delivery_not_announced", error=type(error).__name__)
        return wanted


def delivery_has_come(*, subscriber: str, lanes: Iterable[int]) -> None:
    """Let the next relay send for a delivery in these lanes again."""
    try:
        cache.delete_many([_delivery(subscriber, lane) for lane in lanes])
    except (RedisError, OSError) as error:
        _log.warning("delivery_not_announced", error=type(error).__name__)


def _delivery(subscriber: str, lane: int) -> str:
    return f"events:delivery-is-coming:{subscriber}:{lane}"
