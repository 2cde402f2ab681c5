# SPDX-License-Identifier: Apache-2.0
"""What the system says about processes, with and without /proc."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.embedded import processes

MARK = f"--mark={os.getpid()}"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["/proc", "ps"])
def child(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    """Return a process that ignores SIGTERM, seen in this way."""
    command = [sys.executable, "-c", DEAF, MARK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if request.param == "ps":
            listing = f"{process.pid} {sys.executable} {MARK}"
            ps = tmp_path / "ps"
            ps.write_text(f"#!/bin/sh\nkill -0 {process.pid} 2>/dev/null && echo '{listing}'\nexit 0\n")
            ps.chmod(0o755)
            monkeypatch.setattr(processes, "PROC", tmp_path / "absent")
            monkeypatch.setattr(shutil, "which", lambda _: str(ps))
        yield process
        process.kill()


class TestProcesses:
    def test_are_told_with_their_command_line(self, child: subprocess.Popen[bytes]) -> None:
        found = [pid for pid, words in processes.command_lines().items() if MARK in words]
        assert found == [child.pid]
        assert processes.command_line(pid=child.pid)[-1] == MARK

    def test_that_do_not_listen_are_killed_after_their_time(self, child: subprocess.Popen[bytes]) -> None:
        processes.stop(pid=child.pid, first=signal.SIGTERM, seconds=0.2)
        assert child.wait(timeout=10) == -signal.SIGKILL

    def test_that_ended_already_are_no_error(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.wait(timeout=10)
        processes.stop(pid=child.pid, first=signal.SIGTERM, seconds=0.2)
        assert processes.command_line(pid=child.pid) == []
