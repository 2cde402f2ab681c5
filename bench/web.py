# SPDX-License-Identifier: Apache-2.0
"""The program behind gunicorn, as `make run` serves it, and one client that keeps its connection."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

START_SECONDS_MAX = 60


class ApiClient:
    """Asks one server with one token."""

    def __init__(self, *, port: int, token: str) -> None:
        """Know where to ask; the connection is made when it is needed."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON of a page; anything but 200 ends the run."""
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"GET {path}: expected 200, got {response.status}: {body[:300]!r}")
        answer: dict[str, Any] = json.loads(body)
        return answer


@contextmanager
def served() -> Iterator[int]:
    """Serve the program and yield the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--workers=2",
        "--threads=4",
        "--worker-class=gthread",
        "--log-level=warning",
        "--no-control-socket",
        # The client keeps its connection, and would keep the server from stopping.
        "--graceful-timeout=1",
    ]
    command = [sys.executable, "-m", "gunicorn", "settings.wsgi", f"--bind=127.0.0.1:{port}", *options]
    process = subprocess.Popen(command)
    try:
        _await(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not start; its own words stand above.")
