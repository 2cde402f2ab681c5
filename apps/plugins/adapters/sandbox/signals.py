# SPDX-License-Identifier: Apache-2.0
"""Signals that arrive while a plugin runs: their handlers wait for a moment at which they may raise.

Python runs them between any two instructions of the main thread, so in wasmtime-py's own conversions too,
where what they raise is lost. A thread for the plugin would not have them, but no database connection either:
these belong to the thread that opened them.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_Handler = Callable[[int, FrameType | None], Any]
_CATCHABLE = tuple(int(each) for each in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})


class Waiting:
    """Signals of one call, each with the handler that was there."""

    def __init__(self) -> None:
        self._come: list[tuple[_Handler, int]] = []
        self._replaced: list[tuple[int, _Handler]] = []
        self._is_over = False

    def deliver(self) -> None:
        """Run the handlers of what came; whichever raises, the others run."""
        try:
            while self._come:
                handler, number = self._come.pop(0)
                handler(number, None)
        finally:
            if self._come:
                self.deliver()

    def replace_handlers(self) -> None:
        """Let the handlers of Python wait; there are none in other threads than the main one."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _CATCHABLE:
            handler = signal.getsignal(number)
            if callable(handler) and not isinstance(handler, signal.Handlers):
                self._replaced.append((number, handler))
                signal.signal(number, self._waiting(handler))

    def restore_handlers(self) -> None:
        """Let no handler wait from now on; whichever raises, the others are put back."""
        self._is_over = True
        try:
            while self._replaced:
                signal.signal(*self._replaced.pop())
        finally:
            if self._replaced:
                self.restore_handlers()

    def _waiting(self, handler: _Handler) -> _Handler:
        def wait(number: int, frame: FrameType | None) -> None:
            if self._is_over:
                handler(number, frame)
            else:
                self._come.append((handler, number))

        return wait


@contextmanager
def waiting_signals() -> Iterator[Waiting]:
    """Let signals wait within this context; what came is delivered at its end, whatever it ended with."""
    waiting = Waiting()
    try:
        waiting.replace_handlers()
        yield waiting
    finally:
        try:
            waiting.restore_handlers()
        finally:
            waiting.deliver()
