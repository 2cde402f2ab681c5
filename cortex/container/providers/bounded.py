# SPDX-License-Identifier: Apache-2.0
"""Wait for a call no longer than allowed, where the adapter itself cannot be told a deadline.

The call runs in a thread that is left behind when the time is over: Python cannot stop it, so what was asked
for may still happen. Threads left behind keep their places, so that there are never more than `places`.
Adapters that use the database never run here: the transaction belongs to the caller's thread.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

R = TypeVar("R")


class NoPlaceLeft(Exception):
    """As many threads as allowed wait for a provider that does not answer."""


class TimeIsOver(Exception):
    """No answer came in time; the thread was left behind."""


class BoundedThreads:
    """A number of places for threads of one provider in this process."""

    def __init__(self, *, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def call(self, function: Callable[[], R], *, seconds: float, name: str) -> R:
        """Return the answer or raise the error of `function`; raises TimeIsOver, NoPlaceLeft."""
        if not self._places.acquire(blocking=False):
            raise NoPlaceLeft
        outcome: Future[R] = Future()
        context = copy_context()
        # A daemon: a call that hangs must not keep the process from ending.
        threading.Thread(
            target=self._run, args=(lambda: context.run(function), outcome), name=name, daemon=True
        ).start()
        try:
            error = outcome.exception(timeout=seconds)
        except TimeoutError:
            raise TimeIsOver from None
        if error is not None:
            raise error
        return outcome.result()

    def _run(self, function: Callable[[], R], outcome: "Future[R]") -> None:
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting caller raises it
            self._places.release()
            outcome.set_exception(error)
        else:
            self._places.release()
            outcome.set_result(result)
