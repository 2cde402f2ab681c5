# SPDX-License-Identifier: Apache-2.0
"""The limiter's way to Valkey: short waits, no repetition, and a pause after a failure.

Limits must never cost more than what they protect: a Valkey that hangs costs each process a quarter of a
second, once in a second, and is used again as soon as it answers.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

WAIT_SECONDS_MAX = 0.25
PAUSE_SECONDS = 1.0
PREFIX = "cortex"
_SCRIPTS = Path(__file__).parent / "scripts"
_log = structlog.get_logger(__name__)
R = TypeVar("R")


class ValkeyIsAway(Exception):
    """Valkey does not answer, or did not a moment ago."""


class LimiterValkey:
    """Runs scripts on one server; every process has its own, made anew after a fork by the library."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS_MAX,
            socket_connect_timeout=WAIT_SECONDS_MAX,
            retry=Retry(NoBackoff(), 0),
        )
        bucket = (_SCRIPTS / "bucket.lua").read_text(encoding="utf-8")
        self._scripts: dict[str, Any] = {
            name: self._client.register_script(
                bucket + (_SCRIPTS / f"{name}.lua").read_text(encoding="utf-8")
            )
            for name in ("take", "enter", "leave")
        }
        self._away_until: float | None = None

    def run(self, script: str, *, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """Return the script's answer; raises ValkeyIsAway."""
        return self.ask(lambda client: self._scripts[script](keys=keys, args=arguments))

    def ask(self, question: Callable[[Any], R]) -> R:
        """Return what `question` gets from the client; raises ValkeyIsAway."""
        if self._away_until is not None and time.monotonic() < self._away_until:
            raise ValkeyIsAway
        try:
            answer = question(self._client)
        except (RedisError, OSError) as error:
            if self._away_until is None:
                # The class alone: messages of connection errors may hold the URL.
                _log.warning("limiter_valkey_is_away", error=type(error).__name__)
            self._away_until = time.monotonic() + PAUSE_SECONDS
            raise ValkeyIsAway from error
        if self._away_until is not None:
            self._away_until = None
            _log.warning("limiter_valkey_is_back")
        return answer


def limiter_valkey() -> LimiterValkey:
    """Return this process's way to the Valkey of the settings."""
    return _at(settings.REDIS_URL)


@cache
def _at(url: str) -> LimiterValkey:
    return LimiterValkey(url)
