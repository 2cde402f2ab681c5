# SPDX-License-Identifier: Apache-2.0
"""One HTTP request to one address, with a bounded answer and a bounded time; redirects are not followed."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from cortex.container.hanging_up import Deadline
from cortex.errors import CortexError

UNIX = "unix:"
ANSWER_BYTES_MAX = 65_536


class AddressMustBeSafe(CortexError):
    """An address is none, or leads over a network without TLS."""

    code = "audit.address_must_be_safe"
    status = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    body: bytes


def require_safe_address(url: str) -> None:
    """Refuse what is neither `https://HOST`, `unix:PATH`, nor `http://` of this machine.

    Raises: AddressMustBeSafe.
    """
    if not url.startswith(UNIX + "/"):
        require_safe_web_address(url, setting="AUDIT_WITNESSES", others="unix:PATH, ")


def require_safe_web_address(url: str, *, setting: str, others: str = "") -> None:
    """Refuse what is neither `https://HOST` nor `http://` of this machine, or holds a name or password.

    `setting` is where it is corrected, `others` what may stand there besides. Raises: AddressMustBeSafe.
    """
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
        # Reading the port checks it.
        is_safe = is_whole and (parts.port, parts.scheme)[1] in ("https", "http")
        is_safe = is_safe and (parts.scheme == "https" or _is_this_machine(parts.hostname or ""))
    except ValueError:
        is_safe = False
    if not is_safe:
        expected = f"https://HOST[:PORT], {others}or http:// of this machine"
        # What is in front of an @ may be a password.
        got = repr(url[:80]) if "@" not in url else "one with a name or password"
        raise AddressMustBeSafe(
            f"Address: expected {expected}, got {got}. Correct it in {setting}.",
            evidence={"object": "address", "expected": expected, "got": got},
        )


def ask(url: str, *, method: str, path: str, body: bytes = b"", seconds: float) -> Reply:
    """Send one request and return the answer; raises OSError, http.client.HTTPException.

    The time is that of the whole exchange from the connection on, TLS included: what drips is cut off.
    """
    with Deadline(seconds=seconds) as deadline:
        connection = _connection(url, seconds=seconds, deadline=deadline)
        try:
            prefix = "" if url.startswith(UNIX) else urlsplit(url).path.rstrip("/")
            connection.request(method, prefix + path, body=body, headers={"Connection": "close"})
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.read(ANSWER_BYTES_MAX))
        finally:
            connection.close()
        if deadline.is_over:
            # Of a body without a told length nobody knows whether its end was read.
            raise TimeoutError(f"expected an answer within {seconds} seconds")
        return reply


def _connection(url: str, *, seconds: float, deadline: Deadline) -> http.client.HTTPConnection:
    if url.startswith(UNIX):
        return _UnixConnection(url.removeprefix(UNIX), seconds=seconds, deadline=deadline)
    parts = urlsplit(url)
    kind = _TlsConnection if parts.scheme == "https" else _PlainConnection
    return kind(parts.hostname or "", parts.port, seconds=seconds, deadline=deadline)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _PlainConnection(http.client.HTTPConnection):
    def __init__(self, host: str, port: int | None, *, seconds: float, deadline: Deadline) -> None:
        super().__init__(host, port, timeout=seconds)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _TlsConnection(_PlainConnection):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        # Watched before the handshake, which takes the plain socket away.
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, *, seconds: float, deadline: Deadline) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path, self._deadline = path, deadline

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
        self._deadline.watch(self.sock)
