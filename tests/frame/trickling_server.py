# SPDX-License-Identifier: Apache-2.0
"""A real server over TLS that sends a byte now and then: no read waits for long, and none is the last."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import trustme

PAUSE_SECONDS = 0.02
# A record of a handshake that says it has 16,000 bytes. Source: RFC 8446 section 5.1.
_HANDSHAKE = b"\x16\x03\x03\x3e\x80" + b"\x02" * 16_000
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_BODY = b'{"a": "' + b"x" * 10_000
# By what drips: what is sent at once, and what byte by byte.
SAID = {
    "head": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 10_000),
    "body of a told length": (_HEAD + b"Content-Length: 10000\r\n\r\n", _BODY),
    "body up to the end": (_HEAD + b"\r\n", b'{"a": 1}' + b" " * 10_000),
    "chunks": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 2_000),
}
PHASES = ("handshake", *SAID)


@contextmanager
def trickling_server(directory: Path, *, phase: str) -> Iterator[tuple[str, Path]]:
    """Serve one caller after another; yields the address and the file of the authority."""
    authority = trustme.CA()
    ca_file, chain = directory / "authority.pem", directory / "chain.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, context, phase, over), daemon=True)
        thread.start()
        try:
            yield f"https://localhost:{listening.getsockname()[1]}", ca_file
        finally:
            over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def _serve(listening: socket.socket, context: ssl.SSLContext, phase: str, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(OSError):
            plain, _ = listening.accept()
            with plain:
                _speak(plain, context, phase, over)


def _speak(plain: socket.socket, context: ssl.SSLContext, phase: str, over: threading.Event) -> None:
    if phase == "handshake":
        _drip(plain, _HANDSHAKE, over)
        return
    with context.wrap_socket(plain, server_side=True) as channel:
        channel.recv(65_536)
        at_once, slowly = SAID[phase]
        channel.sendall(at_once)
        _drip(channel, slowly, over)


def _drip(channel: socket.socket, content: bytes, over: threading.Event) -> None:
    for place in range(len(content)):
        if over.wait(PAUSE_SECONDS):
            return
        channel.sendall(content[place : place + 1])
