# SPDX-License-Identifier: Apache-2.0
"""Ask every provider whether it answers, and keep the last answer for the page that shows them."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from cortex.container.providers.bounded import BoundedThreads, NoPlaceLeft, TimeIsOver
from cortex.container.providers.gate import ERROR_LENGTH_MAX, key_of, name_of_process
from cortex.container.providers.registry import ProviderRegistry, Registered
from cortex.container.providers.valkey import ValkeyIsAway, limiter_valkey
from cortex.errors import CortexError

CHECK_SECONDS_MAX = 5.0
KEPT_SECONDS = 600
# What a process that ended has left behind.
FORGOTTEN_AFTER_SECONDS = 600
_threads = BoundedThreads(places=8)


@dataclass(frozen=True, slots=True)
class Health:
    """`reason` is empty where all is well; `checked_at` is in seconds since 1970."""

    is_well: bool
    reason: str
    checked_at: float
    checked_by: str
    milliseconds: int


def check_all(registry: ProviderRegistry) -> dict[str, Health]:
    """Check every provider and keep what was found; return it by the providers' keys."""
    found = {entry.provider.key: _checked(entry) for entry in registry.all()}
    try:
        for key, health in found.items():
            limiter_valkey().ask(partial(_keep, key=key, health=health))
    except ValkeyIsAway:
        # The page says that nobody has checked for a while.
        pass
    return found


def _checked(entry: Registered[Any]) -> Health:
    started = time.perf_counter()
    reason = ""
    try:
        _ask(entry)
    except TimeIsOver:
        reason = f"no answer within {CHECK_SECONDS_MAX:.0f} s"
    except NoPlaceLeft:
        reason = "earlier checks still wait for an answer"
    except CortexError as error:
        reason = error.message
    except Exception as error:  # noqa: BLE001 - whatever a library raises is what ails the provider
        # The class alone: the words of foreign errors may hold secrets.
        reason = type(error).__name__
    return Health(
        is_well=not reason,
        reason=reason[:ERROR_LENGTH_MAX],
        checked_at=time.time(),
        checked_by=name_of_process(),
        milliseconds=round((time.perf_counter() - started) * 1000),
    )


def _ask(entry: Registered[Any]) -> None:
    if entry.provider.uses_database:
        entry.provider.health()
    else:
        _threads.call(entry.provider.health, seconds=CHECK_SECONDS_MAX, name=f"health {entry.provider.key}")


def _keep(client: Any, *, key: str, health: Health) -> None:
    name = key_of(key, "health")
    fields = {
        "is_well": int(health.is_well),
        "reason": health.reason,
        "checked_at": health.checked_at,
        "checked_by": health.checked_by,
        "milliseconds": health.milliseconds,
    }
    client.hset(name, mapping=fields)
    client.expire(name, KEPT_SECONDS)
    _forget_ended_processes(client, key_of(key, "breakers"))


def _forget_ended_processes(client: Any, name: str) -> None:
    oldest_ms = (time.time() - FORGOTTEN_AFTER_SECONDS) * 1000
    ended = [
        process
        for process, state in client.hgetall(name).items()
        if float(state.rpartition(b"|")[2] or 0) < oldest_ms
    ]
    if ended:
        client.hdel(name, *ended)
