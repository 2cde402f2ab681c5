# SPDX-License-Identifier: Apache-2.0
"""Signer and witness as processes of their own, with an environment that tells them nothing more."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.policy import LogPolicy
from apps.audit.domain.note.policy_file import parse_log_policy
from apps.audit.management.witness.begin import begin_witness
from cortex.sockets.bounded_client import UNIX, ask
from tools.checks.tracked import ROOT

ORIGIN = "books.example/log"
# Of a machine that does much else at the same time.
SECONDS_MAX = 60.0
KEPT = ("PATH", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "PYTHONPATH")


class Process:
    """One program, and the Unix socket that it listens at."""

    def __init__(
        self, module: str, arguments: Sequence[str], *, socket: Path, environment: Mapping[str, str]
    ) -> None:
        self.url = f"{UNIX}{socket}"
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**kept, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def await_answer(self) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while not self._answers():
            assert self._process.poll() is None, self.last_words()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def last_words(self) -> str:
        """Wait for its end and return what it said."""
        _, said = self._process.communicate(timeout=SECONDS_MAX)
        return said.decode()

    def end(self, *, by: int = signal.SIGTERM) -> int:
        if self._process.poll() is None:
            self._process.send_signal(by)
        self._process.communicate(timeout=SECONDS_MAX)
        return self._process.returncode

    def _answers(self) -> bool:
        try:
            return ask(self.url, method="GET", path="/health", seconds=5.0).status == 200
        except OSError:
            return False


class Machine:
    """One signer with its directory, and as many witnesses as are asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "signer.sock"
        self.memory = directory / "signer" / "memory.json"
        self.environment: Mapping[str, str] = {}
        self._processes: list[Process] = []

    def start_signer(self, *extra: str, waits: bool = True) -> Process:
        arguments = ["--origin", ORIGIN, "--directory", str(self.directory / "signer")]
        arguments += ["--socket", str(self.socket), *extra]
        return self._started("signer", arguments, self.socket, waits)

    def start_witness(self, name: str) -> Process:
        """Start a witness, and make it before when it is new."""
        place = self.directory / name
        socket = self.directory / f"{name}.sock"
        if not place.exists():
            begin_witness(
                directory=place, name=f"{name}.example", listen=f"{UNIX}{socket}", logs=[self.log_key]
            )
        return self._started("witness", ["--config", str(place / "witness.toml")], socket, True)

    @property
    def log_key(self) -> VerifierKey:
        return VerifierKey.parse((self.directory / "signer" / "log.vkey").read_text().strip())

    def policy(self, *names: str, quorum: str = "all") -> LogPolicy:
        lines = [f"log {self.log_key.text}"]
        for name in names:
            url = f"{UNIX}{self.directory / name}.sock"
            key = ask(url, method="GET", path="/health", seconds=SECONDS_MAX).body.decode().strip()
            lines.append(f"witness {name} {key} {url}")
        lines += [f"group all-of-them {quorum} {' '.join(names)}", "quorum all-of-them"]
        return parse_log_policy("".join(f"{line}\n" for line in lines).encode())

    def end(self) -> None:
        for process in self._processes:
            process.end(by=signal.SIGKILL)

    def _started(self, module: str, arguments: Sequence[str], socket: Path, waits: bool) -> Process:
        process = Process(
            f"apps.audit.management.{module}", arguments, socket=socket, environment=self.environment
        )
        self._processes.append(process)
        if waits:
            process.await_answer()
        return process
