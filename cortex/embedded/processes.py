# SPDX-License-Identifier: Apache-2.0
"""Ask the system about processes: a pid in a file proves nothing until its command line is read."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PROC = Path("/proc")


def command_lines() -> Mapping[int, list[str]]:
    """Read the command line of every process that this account may see, by pid."""
    if (PROC / "self/cmdline").exists():
        found = {int(entry.name): _from_proc(entry) for entry in PROC.iterdir() if entry.name.isdigit()}
        return {pid: words for pid, words in found.items() if words}
    command = [shutil.which("ps") or "/bin/ps", "-axo", "pid=,command="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = (line.split() for line in listing.stdout.splitlines())
    return {int(row[0]): row[1:] for row in rows if len(row) > 1}


def command_line(*, pid: int) -> list[str]:
    """Read the command line of one process; empty when it has ended."""
    if (PROC / "self/cmdline").exists():
        return _from_proc(PROC / str(pid))
    return list(command_lines().get(pid, []))


def stop(*, pid: int, first: signal.Signals, seconds: float) -> None:
    """Ask a process to end with signal `first`, and kill it after `seconds` if it has not."""
    _signal(pid, first)
    if not wait_until(lambda: not command_line(pid=pid), seconds=seconds):
        _signal(pid, signal.SIGKILL)
        wait_until(lambda: not command_line(pid=pid), seconds=5)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask `condition` again and again until it holds (True) or `seconds` have passed (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _from_proc(entry: Path) -> list[str]:
    try:
        raw = (entry / "cmdline").read_bytes()
    except OSError:  # It ended while we looked.
        return []
    return [os.fsdecode(word) for word in raw.rstrip(b"\0").split(b"\0")] if raw else []


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:  # It ended by itself.
        return
