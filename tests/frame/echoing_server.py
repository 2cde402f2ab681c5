# SPDX-License-Identifier: Apache-2.0
"""A real server over TLS that answers with what it was sent, under the name of another."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme


class _Echo(BaseHTTPRequestHandler):
    """Sends back the request line, the headers and the body; `/far` leads elsewhere, `/long` is too long."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        said = f"{self.command} {self.path}\n{self.headers}".encode() + self.rfile.read(length)
        body = b"x" * ((1 << 20) + 1) if self.path == "/long" else said
        self.send_response(302 if self.path == "/far" else 200)
        self.send_header("Location", "https://169.254.169.254/latest")
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def echoing_server(name: str) -> Iterator[tuple[int, ssl.SSLContext]]:
    """Yield the port and how a client trusts it that asks for `name`."""
    authority = trustme.CA()
    serving, asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert(name).configure_cert(serving)
    authority.configure_trust(asking)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], asking
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
