# SPDX-License-Identifier: Apache-2.0
"""The embedded Valkey: the broker of Celery and the cache, kept on disk by an append-only file."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cortex.embedded import binaries, locations, processes
from cortex.embedded.errors import ServerDidNotStart
from cortex.embedded.locations import Locations

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0


@dataclass(frozen=True, kw_only=True)
class ValkeyServer:
    """One data directory, the program that serves it, and the socket to reach it by."""

    locations: Locations
    program: Path
    data: Path

    @property
    def socket(self) -> Path:
        return self.locations.sockets / "valkey.sock"

    def url(self, *, database: int = 0) -> str:
        """Compose the URL of a numbered database, as REDIS_URL takes it."""
        return f"unix://{quote(str(self.socket))}?db={database}"

    def command(self) -> list[str]:
        """Return the command line that serves in the foreground."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",  # A queue that forgets tasks under pressure is no queue.
            "daemonize": "no",
            "set-proc-title": "no",  # The command line must keep telling whose server it is.
        }
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [str(self.program), *options, "--save", ""]

    def answers(self) -> bool:
        """Tell whether the server answers a PING now, its data loaded."""
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def stop(self) -> None:
        """Stop the server; it writes what its append-only file still lacks."""
        self._ask(b"SHUTDOWN\r\n")
        processes.wait_until(lambda: not self._ask(b"PING\r\n"), seconds=STOP_SECONDS_MAX)

    def _ask(self, command: bytes) -> bytes:
        """Send one command; no answer at all comes back as nothing."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
                channel.settimeout(2)
                channel.connect(str(self.socket))
                channel.sendall(command)
                return channel.recv(64)
        except OSError:
            return b""


def prepare(base: Path) -> ValkeyServer:
    """Find the program and make the data directory without starting anything.

    Raises: EmbeddedError, with one sentence that names the remedy.
    """
    places = locations.prepare(base=base)
    program = binaries.valkey_program(locations=places)
    return ValkeyServer(locations=places, program=program, data=places.server_directory("valkey"))


def ensure_running(base: Path) -> ValkeyServer:
    """Start the Valkey of `base` unless it runs already; many processes may ask at once.

    Raises: EmbeddedError, with one sentence that names the remedy.
    """
    server = prepare(base)
    with server.locations.lock("valkey"):
        if not server.answers():
            _start(server)
    return server


def _start(server: ValkeyServer) -> None:
    path = server.locations.log / "valkey.log"
    with path.open("ab") as log:
        process = server.locations.account.start(server.command(), log=log)
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerDidNotStart(
                f"Valkey did not start on {server.data}; read {path}, remove the cause and retry."
            )
        time.sleep(0.02)
    # The server outlives this object on purpose; without a return code Popen warns about a lost child.
    process.returncode = 0
