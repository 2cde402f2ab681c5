# SPDX-License-Identifier: Apache-2.0
"""Every run of a task has a scope of its own, and it closes however the run ends."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cortex.container.scopes import current_scope
from tests.frame.server import ROOT
from tests.integration.cortex.container.lamps import DIARY, lit
from tests.integration.cortex.container.worker import BROKER, app, light
from tests.integration.cortex.events.brokers import own_valkey

SECONDS_MAX = 20.0


@pytest.mark.usefixtures("lamps")
class TestTask:
    @pytest.mark.parametrize(
        ("ending", "runs"), [("success", 1), ("failure", 1), ("retry", 2), ("ignore", 1), ("reject", 1)]
    )
    def test_closes_its_scope_however_it_ends(self, ending: str, runs: int) -> None:
        light.apply([ending])
        assert [lamp.is_burning for lamp in lit] == [False] * runs
        assert current_scope() is None

    def test_inside_another_leaves_the_outer_its_own(self) -> None:
        @app.task(name="testing.outer")  # type: ignore[untyped-decorator]
        def outer() -> bool:
            light.apply(["success"])
            scope = current_scope()
            return scope is not None and scope.kind == "task"

        assert outer.apply().get()
        assert current_scope() is None


@dataclass
class Worker:
    """A worker with one process for its tasks, and the diary that it keeps."""

    diary: Path
    send: Callable[[str], str]

    def lines(self, first: str) -> list[str]:
        """Return what follows the word in the diary."""
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return [line.removeprefix(f"{first} ") for line in lines if line.startswith(f"{first} ")]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait, and fail with the diary when the time is over."""
        deadline = time.monotonic() + SECONDS_MAX
        while not condition():
            assert time.monotonic() < deadline, self.diary.read_text() if self.diary.exists() else "no diary"
            time.sleep(0.05)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    with own_valkey(tmp_path / "valkey") as broker:
        url = f"redis+socket://{broker.url().removeprefix('unix://')}"
        diary = tmp_path / "diary"
        environment = {**os.environ, BROKER: url, DIARY: str(diary)}
        program = "tests.integration.cortex.container.worker"
        process = subprocess.Popen(
            [sys.executable, "-m", program],
            cwd=ROOT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "settings.test"},
        )
        app.conf.broker_url = url
        try:
            yield Worker(diary, lambda ending: str(light.delay(ending).id))
        finally:
            process.terminate()
            process.wait(timeout=15)
            app.pool.force_close_all()


@pytest.mark.slow
def test_a_real_worker_closes_every_scope_and_a_revoked_run_takes_its_own_along(worker: Worker) -> None:
    for ending in ("failure", "retry", "ignore", "reject", "success"):
        worker.send(ending)
    worker.wait_for(
        lambda: sorted(worker.lines("done")) == ["retry", "success"] and len(worker.lines("out")) == 6
    )
    assert worker.lines("out") == worker.lines("lit")

    asleep = worker.send("sleep")
    worker.wait_for(lambda: len(worker.lines("lit")) == 7)
    app.control.revoke(asleep, terminate=True, signal="SIGKILL")
    worker.send("success")
    worker.wait_for(lambda: len(worker.lines("out")) == 7)

    *_, before, revoked, after = worker.lines("lit")
    assert worker.lines("out")[-2:] == [before, after]
    # Its process is gone, and with it whatever it held; the next run has another.
    assert not Path("/proc", revoked.partition("-")[0]).exists()
    assert after.partition("-")[0] != revoked.partition("-")[0]
