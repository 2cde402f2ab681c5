# SPDX-License-Identifier: Apache-2.0
"""Real processes of the program, their logs, and what their hooks wrote down."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cortex.boot.configuration.artefact.keys import word_of
from cortex.boot.log_header.keys import key_in, new_key
from tests.frame.processes import inherited

ROOT = Path(__file__).parents[4]
KEY = new_key()
_own = key_in(environ={"LOG_SIGNING_KEY": KEY})
assert _own is not None
PUBLIC = word_of(_own.public_key())
GUNICORN = ("gunicorn", "settings.wsgi", "--bind=127.0.0.1:0", "--workers=2", "--no-control-socket")
CELERY = ("celery", "-A", "settings.celery")
PROGRAMS = {
    "web": (*GUNICORN, "--config=python:settings.gunicorn_one_machine"),
    "worker": (*CELERY, "worker", "--concurrency=2", "--without-mingle", "--without-gossip"),
    "beat": (*CELERY, "beat", "--pidfile="),
}
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "tests.integration.cortex.boot.recording_settings",
    "SECRET_KEY": "tests-only",
    "DATABASE_URL": "postgresql://nobody@/nothing?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/valkey.sock?db=0",
    "LOG_SIGNING_KEY": KEY,
}


class Started:
    """One process, its standard output and error in one file, as a supervisor keeps them."""

    def __init__(self, name: str, *words: str, directory: Path, **environment: str) -> None:
        """Start it."""
        self.log = directory / f"{name}.log"
        self.record = directory / f"{name}.record"
        self.environment = {
            **inherited(),
            **ENVIRONMENT,
            "HOOKS_RECORD": str(self.record),
            "BEAT_FILE": str(directory / "beat"),
            **environment,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def wait_for(self, condition: Callable[[list[str]], bool]) -> None:
        """Wait until the record fulfils a condition."""
        deadline = time.monotonic() + 60
        while not condition(self.records()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, (self.records(), self.log.read_text())
            time.sleep(0.05)

    def terminate(self) -> None:
        """Send SIGTERM twice, as an impatient operator does."""
        for _ in range(2):
            self.process.send_signal(signal.SIGTERM)

    def records(self) -> list[str]:
        """Return what the hooks wrote, each line with its pid."""
        return self.record.read_text().splitlines() if self.record.exists() else []

    def of_pid(self, pid: int) -> list[str]:
        """Return what the hooks of one process wrote."""
        return [line.rpartition(" ")[0] for line in self.records() if line.endswith(f" {pid}")]

    def children(self) -> list[int]:
        """Return the other processes that wrote."""
        return sorted({int(line.split()[-1]) for line in self.records()} - {self.process.pid})

    def lines(self) -> list[str]:
        """Return the log."""
        return self.log.read_text().splitlines()
