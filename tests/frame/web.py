# SPDX-License-Identifier: Apache-2.0
"""The web process of a release, started as a process with real certificates."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cortex.boot.log_header.keys import new_key
from cortex.pki.holding import Holding
from tests.frame.authority import tls_environment
from tests.frame.https import REFUSED, Visitor
from tests.frame.ports import free_port
from tests.frame.processes import inherited
from tools.checks.tracked import ROOT

START_SECONDS_MAX = 60.0
# Nothing behind the door is needed to see who gets through it.
_NOWHERE = {
    "DJANGO_SETTINGS_MODULE": "settings.dev",
    "DEBUG": "off",
    "SECRET_KEY": "tests-only-web-over-tls",
    "DATABASE_URL": "postgresql://nobody@/nothing?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/valkey.sock?db=0",
}


@dataclass(frozen=True)
class Web:
    """A web process that listens."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def visitor(self, held: Holding | None, *, believes: Holding, host: str = "localhost") -> Visitor:
        """Return somebody who comes to this process."""
        return Visitor(held, believes, host=host, port=self.port)


@contextmanager
def web(
    *, held: Holding, visitor: Holding, clients: str, directory: Path, **environment: str
) -> Iterator[Web]:
    """Run `cortex-serve web` until the block ends; `visitor` is whom it lets in once it listens."""
    port, log = free_port(), directory / "web.log"
    own = {
        "WEB_ADDRESS": f"127.0.0.1:{port}",
        "WEB_TLS_CLIENTS": clients,
        "WEB_WORKERS": "1",
        "LOG_SIGNING_KEY": new_key(),
        **tls_environment(held),
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cortex.serve", "web"],
            cwd=ROOT,
            env={**inherited(), **_NOWHERE, **own, **environment},
            stdout=out,
            stderr=out,
        )
    started = Web(port, process, log)
    try:
        _await(started, Visitor(visitor, held, port=port))
        yield started
    finally:
        process.terminate()
        process.wait(timeout=40)


def _await(started: Web, visitor: Visitor) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            visitor.get("/health/live")
        except (*REFUSED, OSError):
            assert started.process.poll() is None, started.log.read_text()
            assert time.monotonic() < deadline, started.log.read_text()
            time.sleep(0.1)
        else:
            return
