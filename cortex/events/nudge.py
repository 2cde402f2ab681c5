# SPDX-License-Identifier: Apache-2.0
"""Wake a relay at commit instead of waiting for the schedule; one message for many commits.

It may fail in silence: the schedule finds whatever was committed.
"""

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

QUEUE = "events"
RELAY = "cortex.events.relay"
_KEY = "events:relay-is-coming"
_SECONDS_MAX = 2
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
