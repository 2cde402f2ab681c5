# SPDX-License-Identifier: Apache-2.0
"""What stands around every call: circuit, rate, number of calls, time, repetition – in this order.

The circuit is looked at first, so that a provider known to be away costs nobody a token. Token and place are
taken once for a call, however often it is repeated; the circuit judges every attempt.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import tenacity
from django.db import connections

from cortex.container.providers import metrics
from cortex.container.providers.bounded import BoundedThreads, NoPlaceLeft, TimeIsOver
from cortex.container.providers.breaker import Breaker
from cortex.container.providers.callers import current_caller
from cortex.container.providers.deadlines import SECONDS_MIN, remaining_seconds, within
from cortex.container.providers.errors import (
    CallRefused,
    CallsMustBeFewAtATime,
    ProviderMustAnswerInTime,
)
from cortex.container.providers.gate import Gate, Outcome
from cortex.container.providers.limits import Limits
from cortex.container.providers.provider import Interruption, Provider

R = TypeVar("R")
# What every transport raises when nobody is at the other end.
UNREACHABLE = (ConnectionError, TimeoutError, ProviderMustAnswerInTime)


class Guard:
    """Guards the calls to one provider in this process."""

    def __init__(self, *, provider: Provider[Any], limits: Limits) -> None:
        self.provider, self.limits = provider, limits
        self.breaker = Breaker(name=provider.key, limits=limits)
        self._gate = Gate(name=provider.key, limits=limits)
        self._threads = BoundedThreads(places=limits.calls_in_flight_max)
        self._labels = (provider.capability.name, provider.name)
        self._unreachable = (*UNREACHABLE, *provider.unreachable)
        metrics.CIRCUIT_OPEN.labels(*self._labels).set(0)

    def call(self, operation: str, function: Callable[[], R], *, is_idempotent: bool) -> R:
        """Return what `function` returns, called as often and as long as the limits allow.

        Raises: CallRefused and its kinds, ProviderMustAnswerInTime, and whatever the adapter raises.
        """
        with self._counted_refusals():
            self.breaker.require_closed()
            passage = self._gate.enter(caller=current_caller())
        started, error = time.perf_counter(), None
        try:
            with within(self.limits.timeout_seconds):
                return self._repeated(operation, function, is_idempotent)
        except Exception as raised:
            error = raised
            raise
        finally:
            self._gate.leave(passage, self._outcome(started, error))

    def _repeated(self, operation: str, function: Callable[[], R], is_idempotent: bool) -> R:
        def attempt() -> R:
            return self._attempt(operation, function)

        if not is_idempotent or self.limits.attempts_max == 1 or self._is_bound_to_a_transaction():
            return attempt()
        backoff = self.limits.backoff_ms / 1000
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._may_pass),
            stop=self._is_enough,
            wait=tenacity.wait_random_exponential(multiplier=backoff, max=self.limits.timeout_seconds),
            reraise=True,
        )
        return retrying(attempt)

    def _attempt(self, operation: str, function: Callable[[], R]) -> R:
        with self._counted_refusals():
            is_probe = self.breaker.admit()
        is_answered: bool | None = None
        started = time.perf_counter()
        try:
            answer = self._bounded(function)
            is_answered = True
            return answer
        except CallRefused:
            raise
        except Exception as error:
            is_answered = not isinstance(error, self._unreachable)
            raise
        finally:
            self.breaker.record(is_answered=is_answered, is_probe=is_probe)
            self._tell(operation, is_answered, time.perf_counter() - started)

    def _bounded(self, function: Callable[[], R]) -> R:
        provider, seconds = self.provider, remaining_seconds(at_most=self.limits.timeout_seconds)
        if provider.interruption is not Interruption.THREAD or provider.uses_database:
            return function()
        try:
            return self._threads.call(function, seconds=seconds, name=f"provider {provider.key}")
        except TimeIsOver:
            raise self._too_late() from None
        except NoPlaceLeft:
            raise self._crowded() from None

    def _may_pass(self, error: BaseException) -> bool:
        return isinstance(error, self._unreachable) and not isinstance(error, CallRefused)

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        """Stop after the last attempt, or when the pause before the next would outlast the deadline."""
        left = remaining_seconds(at_most=self.limits.timeout_seconds)
        return state.attempt_number >= self.limits.attempts_max or left <= state.upcoming_sleep + SECONDS_MIN

    def _is_bound_to_a_transaction(self) -> bool:
        return self.provider.uses_database and any(
            connection.in_atomic_block for connection in connections.all(initialized_only=True)
        )

    def _outcome(self, started: float, error: Exception | None) -> Outcome:
        seconds = time.perf_counter() - started
        is_answered = error is None or not isinstance(error, (*self._unreachable, CallRefused))
        return Outcome(
            is_answered=is_answered,
            seconds=seconds,
            is_late=seconds > self.limits.timeout_seconds,
            breaker=self.breaker.state,
            error="" if is_answered else _sentence(error),
        )

    def _tell(self, operation: str, is_answered: bool | None, seconds: float) -> None:
        outcome = {True: "answered", False: "failed", None: "interrupted"}[is_answered]
        metrics.CALLS.labels(*self._labels, operation, outcome).inc()
        metrics.SECONDS.labels(*self._labels).observe(seconds)
        metrics.CIRCUIT_OPEN.labels(*self._labels).set(self.breaker.state == "open")

    @contextmanager
    def _counted_refusals(self) -> Iterator[None]:
        try:
            yield
        except CallRefused as refusal:
            metrics.REFUSALS.labels(*self._labels, refusal.reason).inc()
            raise

    def _too_late(self) -> ProviderMustAnswerInTime:
        limit = self.limits.timeout_ms
        return ProviderMustAnswerInTime(
            f"Provider {self.provider.key}: expected an answer within {limit} ms, got none. What was asked "
            "for may still happen.",
            evidence={"object": self.provider.key, "expected": limit, "unit": "ms"},
        )

    def _crowded(self) -> CallsMustBeFewAtATime:
        limit = self.limits.calls_in_flight_max
        return CallsMustBeFewAtATime(
            f"Provider {self.provider.key}: {limit} calls of this process still wait for an answer.",
            evidence={"object": self.provider.key, "expected": limit, "got": limit + 1},
            retry_after_seconds=1,
        )


def _sentence(error: BaseException | None) -> str:
    """Return what may be shown of an error: of foreign ones the class alone, their texts may hold secrets."""
    return getattr(error, "message", None) or type(error).__name__
