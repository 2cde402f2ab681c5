# SPDX-License-Identifier: Apache-2.0
"""Worker and beat that start and end in order. Imported only by a process that is to become one of them."""

from typing import Any

from celery.apps.beat import Beat
from celery.apps.worker import Worker
from celery.signals import worker_process_init, worker_process_shutdown

from cortex.boot.lifecycle.process import become_ready, shut_down, start


class BootedWorker(Worker):  # type: ignore[misc] # the library has no types
    """A worker whose process, and each process of its pool, runs the hooks."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Start before the worker imports tasks or prints a line."""
        start(process="worker")
        worker_process_init.connect(_become_ready, weak=False, dispatch_uid="cortex.boot")
        worker_process_shutdown.connect(_shut_down, weak=False, dispatch_uid="cortex.boot")
        super().__init__(*arguments, **options)

    def start(self) -> None:
        """Work until a signal ends it; then end in order."""
        try:
            super().start()
        finally:
            shut_down()


class BootedBeat(Beat):  # type: ignore[misc] # the library has no types
    """A beat whose process runs the hooks."""

    def run(self) -> None:
        """Start before beat prints a line, and end in order after SIGTERM."""
        start(process="beat")
        try:
            super().run()
        finally:
            shut_down()


def _become_ready(**_signal: Any) -> None:
    """Do in each process of the pool what does not survive a fork."""
    become_ready()


def _shut_down(**_signal: Any) -> None:
    """End what this process of the pool started: the pool leaves no other chance."""
    shut_down()
