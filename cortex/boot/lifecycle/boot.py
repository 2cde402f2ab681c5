# SPDX-License-Identifier: Apache-2.0
"""One start and one end of a process and of what is forked from it."""

import logging
import os
import threading

from cortex.boot.lifecycle.bounded import TimeIsOver, WorkFailed, run_bounded
from cortex.boot.lifecycle.errors import HookMustEndInTime, HookMustSucceed
from cortex.boot.lifecycle.hooks import Hook, HookSet, Phase, ProcessKind
from cortex.boot.lifecycle.order import ordered
from cortex.boot.lifecycle.signals import deaf_to_sigterm

_log = logging.getLogger(__name__)


class Boot:
    """Remembers which process ran which hook, so that each undoes its own, and nobody anything twice."""

    def __init__(self, *, process: ProcessKind, hooks: HookSet) -> None:
        """Know what belongs to this kind of process; nothing is run."""
        self.process = process
        self.hooks = hooks
        self._done: list[tuple[int, Hook]] = []
        self._phases: set[tuple[int, Phase]] = set()
        self._ending = threading.Lock()

    def run(self, phase: Phase) -> None:
        """Run the hooks of a phase in order; a second time in one process does nothing.

        Raises: BootRefused, after what this process had started is shut down again.
        """
        if (os.getpid(), phase) in self._phases:
            return
        self._phases.add((os.getpid(), phase))
        try:
            for hook in ordered(hooks=self.hooks, phase=phase, process=self.process):
                if hook.phase != "on_shutdown":
                    _run(hook)
                self._done.append((os.getpid(), hook))
        except BaseException:
            self.shut_down()
            raise

    def shut_down(self) -> None:
        """Undo what this process ran, the last first; a hook that fails is told and stops no other.

        A SIGTERM that asks for the same meanwhile waits until it is done.
        """
        with deaf_to_sigterm():
            for hook in reversed(self._take_own()):
                ending = self.hooks.ending(hook.name)
                if ending is not None and self.process in ending.processes:
                    _end(ending)

    def _take_own(self) -> list[Hook]:
        with self._ending:
            own = [hook for pid, hook in self._done if pid == os.getpid()]
            self._done = [(pid, hook) for pid, hook in self._done if pid != os.getpid()]
        return own


def _run(hook: Hook) -> None:
    try:
        run_bounded(work=hook.work, name=hook.name, seconds=hook.timeout_seconds)
    except TimeIsOver:
        raise HookMustEndInTime(
            name=hook.name, phase=hook.phase, timeout_seconds=hook.timeout_seconds
        ) from None
    except WorkFailed as failure:
        raise HookMustSucceed(name=hook.name, phase=hook.phase, error=failure.error) from failure.error


def _end(hook: Hook) -> None:
    try:
        _run(hook)
    except (HookMustEndInTime, HookMustSucceed) as error:
        _log.error("%s: %s", error.code, error.message)
