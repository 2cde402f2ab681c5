# SPDX-License-Identifier: Apache-2.0
"""What carries the events of a measurement: this process itself, or two workers and a schedule."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cortex.events.bus.memory import InMemoryBus
from cortex.events.deliver import deliver
from cortex.events.lanes import EVERY_LANE
from cortex.events.relay import relay
from cortex.events.subscribers import all_subscribers

WORKERS = 2
IDLE_SECONDS = 0.02


@contextmanager
def this_process() -> Iterator[Callable[[], None]]:
    """Carry events over the bus in memory in a thread of this process."""
    bus, is_over = InMemoryBus(), threading.Event()

    def carry() -> None:
        while not is_over.is_set():
            lanes = relay(bus=bus)
            for subscriber in all_subscribers():
                deliver(bus=bus, subscriber=subscriber, lanes=lanes or EVERY_LANE)
            if not lanes:
                is_over.wait(IDLE_SECONDS)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield lambda: time.sleep(0.05)
    finally:
        is_over.set()
        thread.join(timeout=60)


@contextmanager
def workers(*, directory: Path, variables: dict[str, str]) -> Iterator[Callable[[], None]]:
    """Carry events by Celery workers and their schedule, as an installation does."""
    environment = {**os.environ, **variables, "DJANGO_SETTINGS_MODULE": "bench.worker_settings"}
    log = (directory / "bench-workers.log").open("ab")
    options = ["--pool=solo", "--queues=events", "--without-mingle", "--without-gossip"]
    commands = [["worker", f"--hostname=bench-{number}@%h", *options] for number in range(WORKERS)]
    commands.append(["beat", f"--schedule={directory / f'beat-{os.getpid()}'}", "--pidfile="])
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "settings.celery", *command, "--loglevel=WARNING"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        for command in commands
    ]
    try:
        yield lambda: time.sleep(0.05)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)
        log.close()
