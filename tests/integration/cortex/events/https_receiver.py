# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks with TLS, in a process of its own: `python -m … CERTIFICATE LOG`.

Prints its port. What it does depends on the path; every request becomes a line of the log.
"""

import json
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DRIP_SECONDS = 30.0


class Receiver(BaseHTTPRequestHandler):
    """Answers as the path says."""

    log: Path

    def do_POST(self) -> None:
        """Note the request, then answer."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.log.open("a") as lines:
            lines.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}) + "\n")
        getattr(self, f"_{self.path.strip('/').partition('?')[0]}")()

    def _in(self) -> None:
        self._answer(204)

    def _broken(self) -> None:
        self._answer(500)

    def _elsewhere(self) -> None:
        self._answer(307, {"Location": "/in"})

    def _slow(self) -> None:
        time.sleep(DRIP_SECONDS)
        self._answer(204)

    def _dripping(self) -> None:
        """Send a byte of the head now and then, so that no single read takes long."""
        end = time.monotonic() + DRIP_SECONDS
        while time.monotonic() < end:
            self.wfile.write(b"H")
            time.sleep(0.05)

    def _endless(self) -> None:
        """Accept, and then never stop talking."""
        self._answer(200, {"Content-Length": str(1 << 40)})
        while True:
            self.wfile.write(b"x" * 65_536)

    def _headers(self) -> None:
        """Never come to the end of the headers."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-More: " + b"x" * 60_000 + b"\r\n")

    def _answer(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main(certificate: str, log: str) -> None:
    """Serve until killed."""
    Receiver.log = Path(log)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
