# SPDX-License-Identifier: Apache-2.0
"""A small HTTP server for programs without a framework: over a Unix socket or TCP, with everything bounded.

Bytes of a body, connections at a time, and seconds of a connection's whole life, however slowly it speaks.
"""

import logging
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from cortex.errors import CortexError

# A decimal number in its only form: what two programs read differently ends where neither expects.
_LENGTH = re.compile(r"0|[1-9][0-9]{0,17}")
_DRAINED_BYTES_MAX, _CHUNK_BYTES = 1024 * 1024, 65_536
_log = logging.getLogger("cortex.bounded_server")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door says; `content_type` without one is plain text."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one caller may take of the server."""

    body_bytes: int
    connection_seconds: float = 10.0
    connections: int = 32


# Method and path → what answers; it gets the body.
Doors = Mapping[tuple[str, str], Callable[[bytes], Answer]]
Address = tuple[str, int] | str


class BoundedServer(ThreadingMixIn, TCPServer):
    """Listens at (host, port), or at the path of a Unix socket, and answers each connection in a thread."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: Address, *, doors: Doors, bounds: Bounds) -> None:
        """Bind and listen; nothing is answered before `serve_forever`."""
        self.doors, self.bounds = doors, bounds
        self._places = threading.Semaphore(bounds.connections)
        self._lock = threading.Lock()
        self._began_at: dict[Any, float] = {}
        if isinstance(address, str):
            self.address_family, self.allow_reuse_address = socket.AF_UNIX, False
        super().__init__(address, _Handler)  # type: ignore[arg-type] # typeshed knows TCP alone

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Give the connection a place; without one it is closed."""
        if not self._places.acquire(blocking=False):
            return False
        with self._lock:
            self._began_at[request] = time.monotonic()
        return True

    def shutdown_request(self, request: Any) -> None:
        """Close the connection, and give its place back if it had one; called once for each."""
        with self._lock:
            had_place = self._began_at.pop(request, None) is not None
        super().shutdown_request(request)
        if had_place:
            self._places.release()

    def service_actions(self) -> None:
        """End connections that took too long; called twice a second. A byte now and then keeps none alive."""
        oldest = time.monotonic() - self.bounds.connection_seconds
        with self._lock:
            for request, began_at in self._began_at.items():
                if began_at < oldest:
                    with suppress(OSError):
                        request.shutdown(socket.SHUT_RDWR)


def serve_until_told(server: BoundedServer) -> None:
    """Serve until SIGTERM or SIGINT, then close; the main thread calls it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Not from the handler itself: it runs in the thread that serves, and would wait for itself.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    finally:
        server.server_close()
        if server.address_family == socket.AF_UNIX:
            Path(str(server.server_address)).unlink(missing_ok=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cortex"
    sys_version = ""
    # Head and body leave together.
    wbufsize = -1
    server: BoundedServer

    def setup(self) -> None:
        self.request.settimeout(self.server.bounds.connection_seconds)
        super().setup()

    def handle(self) -> None:
        # Callers go away in the middle; what they sent is not told.
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def version_string(self) -> str:
        return self.server_version

    def log_message(self, format: str, *args: Any) -> None:
        # Callers choose paths and headers, so neither is written down.
        return

    def _answer(self) -> None:
        answer = self._answered()
        if answer.status >= HTTPStatus.BAD_REQUEST:
            # The body may not have been read to its end.
            self.close_connection = answer.status != HTTPStatus.CONFLICT
        _log.info("%s %d", self.command, answer.status)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        if self.close_connection:
            self._linger()

    def _linger(self) -> None:
        """Let the caller finish sending, within bounds: one that is cut off before never reads why."""
        self.wfile.flush()
        self.request.shutdown(socket.SHUT_WR)
        for _ in range(0, _DRAINED_BYTES_MAX, _CHUNK_BYTES):
            if not self.rfile.read1(_CHUNK_BYTES):
                return

    def _answered(self) -> Answer:
        door = self.server.doors.get((self.command, self.path))
        if door is None:
            return Answer(HTTPStatus.NOT_FOUND, b"no such door\n")
        body = self._body()
        if isinstance(body, Answer):
            return body
        try:
            return door(body)
        except CortexError as error:
            return Answer(error.status, f"{error.code}: {error.message}\n".encode())
        except Exception:  # noqa: BLE001 - a door that fails closes no other
            _log.exception("a door failed")
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"failed\n")

    def _body(self) -> bytes | Answer:
        lengths = self.headers.get_all("Content-Length", ["0"])
        is_one = len(lengths) == 1 and _LENGTH.fullmatch(lengths[0])
        length = int(lengths[0]) if is_one else None
        if length is None or self.headers.get("Transfer-Encoding"):
            return Answer(HTTPStatus.LENGTH_REQUIRED, b"one Content-Length, in decimal\n")
        if length > self.server.bounds.body_bytes:
            return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"the body is too large\n")
        body = self.rfile.read(length)
        if len(body) != length:
            return Answer(HTTPStatus.BAD_REQUEST, b"the body ended early\n")
        return body
