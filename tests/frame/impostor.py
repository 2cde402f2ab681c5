# SPDX-License-Identifier: Apache-2.0
"""A server that lets everybody in, under whatever certificate a test gives it, and keeps what it is told."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cortex.pki.holding import Holding

WAIT_SECONDS_MAX = 5.0
READ_BYTES_MAX = 65_536
# What libpq sends before TLS, and how a server says yes or no to it.
SSL_REQUEST_BYTES, YES, NO = 8, b"S", b"N"


@dataclass
class Impostor:
    """Listens on loopback. Without a certificate it speaks in plain; `heard` is what clients said to it.

    Of a handshake nothing is heard: a client that refuses the certificate says nothing.
    """

    listener: socket.socket
    asks_first: bool = False
    held: Holding | None = None
    heard: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def pretend(self, held: Holding | None) -> None:
        """Show this certificate from the next connection on, and forget what was heard."""
        self.held = held
        self.heard.clear()

    def serve(self) -> None:
        """Take one connection after the other until the listener is closed."""
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            with plain:
                plain.settimeout(WAIT_SECONDS_MAX)
                try:
                    self._meet(plain)
                except OSError:  # of which ssl.SSLError is one: the client went away
                    continue

    def _meet(self, plain: socket.socket) -> None:
        if self.asks_first:
            plain.recv(SSL_REQUEST_BYTES)
            plain.sendall(NO if self.held is None else YES)
        if self.held is None:
            said = plain.recv(READ_BYTES_MAX)
            # The beginning of a handshake tells nothing that is not public.
            if not said.startswith(b"\x16\x03"):
                self.heard.append(said)
            plain.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.held.certificate_path, self.held.key_path)
        with context.wrap_socket(plain, server_side=True) as secured:
            self.heard.append(secured.recv(READ_BYTES_MAX))


@contextmanager
def impostor(*, asks_first: bool = False) -> Iterator[Impostor]:
    """Run one until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Impostor(listener, asks_first=asks_first)
        thread = threading.Thread(target=found.serve, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(WAIT_SECONDS_MAX)
