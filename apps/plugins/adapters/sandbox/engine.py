# SPDX-License-Identifier: Apache-2.0
"""One engine for each process, made after any fork: its threads do not survive one."""

import os
import threading
import time
from importlib.metadata import version

from wasmtime import Config
from wasmtime import Engine as WasmEngine

TICK_SECONDS = 0.01
_STACK_BYTES = 512 * 1024


class Engine:
    """The compiler's settings, and a thread that lets deadlines pass.

    `identity` names what compiled code depends on: code of another one is not loaded.
    """

    identity = f"wasmtime {version('wasmtime')}, fuel and epochs, stack {_STACK_BYTES}"

    def __init__(self) -> None:
        config = Config()
        config.epoch_interruption = True
        config.consume_fuel = True
        config.wasm_threads = False
        config.wasm_memory64 = False
        config.max_wasm_stack = _STACK_BYTES
        self.wasm = WasmEngine(config)
        threading.Thread(target=self._tick, daemon=True, name="plugin-deadlines").start()

    def ticks_of(self, *, milliseconds: int) -> int:
        """Return how many ticks the deadline of a call lies ahead, one at least."""
        return max(1, round(milliseconds / 1000 / TICK_SECONDS))

    def _tick(self) -> None:
        started, passed = time.monotonic(), 0
        while True:
            time.sleep(TICK_SECONDS)
            # Catch up after a late wake-up: deadlines must not stretch when the machine is busy.
            due = int((time.monotonic() - started) / TICK_SECONDS)
            for _ in range(due - passed):
                self.wasm.increment_epoch()
            passed = due


_engines: list[Engine] = []
# Kept for good in a child: freeing them could wait for a lock that a thread of the parent held.
_of_parents: list[Engine] = []
_lock = threading.Lock()


def engine() -> Engine:
    """Return this process's engine."""
    with _lock:
        if not _engines:
            _engines.append(Engine())
        return _engines[0]


def _after_fork() -> None:
    """Begin anew in a child: no thread came with it, and the lock may have been held by one of them."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _of_parents.extend(_engines)
    _engines.clear()


os.register_at_fork(after_in_child=_after_fork)
