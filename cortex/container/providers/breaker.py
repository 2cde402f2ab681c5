# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker of one provider in one process, on pybreaker's states.

pybreaker's own `call` holds a lock while the provider works, so that threads would wait in line behind a slow
one. Here a call runs outside it: it is let through first, and its outcome is told to pybreaker afterwards.
Each process judges by what it sees itself: a breaker shared through Valkey would need Valkey to tell that
something is away, and one broken process could shut a provider for all.
"""

import math
import threading
import time

import pybreaker
import structlog

from cortex.container.providers.errors import CircuitMustBeClosed
from cortex.container.providers.limits import Limits

_log = structlog.get_logger(__name__)


class _Unanswered(Exception):
    """Stands for the error of a provider that did not answer."""


class _Watch(pybreaker.CircuitBreakerListener):
    """Tells the log when a circuit opens and closes."""

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        _log.warning("provider_circuit_changed", provider=cb.name, state=new_state.name)


class Breaker:
    """Closed lets everything through, open nothing, half-open one call that decides."""

    def __init__(self, *, name: str, limits: Limits) -> None:
        self._name = name
        self._storage = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=limits.failures_before_open,
            reset_timeout=limits.open_seconds,
            state_storage=self._storage,
            name=name,
            throw_new_error_on_trip=False,
            listeners=[_Watch()],
        )
        self._probing = threading.Lock()

    @property
    def state(self) -> str:
        """Return closed, open, or half-open once the next call may try."""
        if self._breaker.current_state == pybreaker.STATE_CLOSED:
            return "closed"
        return "open" if self._seconds_left() > 0 else "half-open"

    def require_closed(self) -> None:
        """Raise CircuitMustBeClosed while the circuit is open, without letting anything through."""
        if self.state == "open":
            raise self._refusal()

    def admit(self) -> bool:
        """Let a call through and return whether it is the probe; raises CircuitMustBeClosed."""
        if self.state == "closed":
            return False
        if self._seconds_left() > 0 or not self._probing.acquire(blocking=False):
            raise self._refusal()
        return True

    def record(self, *, is_answered: bool | None, is_probe: bool) -> None:
        """Take the outcome of an admitted call into account; None for a call that says nothing."""
        try:
            if is_answered is not None:
                self._breaker.call(_replay, is_answered)
        except (_Unanswered, pybreaker.CircuitBreakerError):
            # The second: the circuit opened while this call was under way; it counts for nothing.
            pass
        finally:
            if is_probe:
                self._probing.release()

    def _seconds_left(self) -> float:
        opened_at = self._storage.opened_at
        if opened_at is None:
            return 0.0
        # The clock that pybreaker itself reads: its answer and ours must not differ.
        return opened_at.timestamp() + float(self._breaker.reset_timeout) - time.time()

    def _refusal(self) -> CircuitMustBeClosed:
        wait = max(math.ceil(self._seconds_left()), 1)
        return CircuitMustBeClosed(
            f"Provider {self._name}: expected answers, got none several times in a row. It is asked again in "
            f"{wait} s.",
            evidence={"object": self._name, "expected": "an answer", "got": "none"},
            retry_after_seconds=wait,
        )


def _replay(is_answered: bool) -> None:
    if not is_answered:
        raise _Unanswered
