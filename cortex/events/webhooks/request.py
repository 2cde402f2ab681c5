# SPDX-License-Identifier: Apache-2.0
"""One POST to one checked address: short, bounded, without redirects, proxies or cookies."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from cortex.errors import CortexError
from cortex.events.webhooks.addresses import Target, checked_address, parse_target

CONNECT_SECONDS_MAX = 5.0
# For the whole exchange: a receiver that sends a byte now and then would outlive any timeout per read.
TOTAL_SECONDS_MAX = 15.0
USER_AGENT = "Codexion-Cortex-Webhooks/1"
ERROR_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: a status, or an error where there was none."""

    status: int | None
    error: str
    duration_ms: int

    @property
    def is_accepted(self) -> bool:
        """Return whether the receiver took the event: any 2xx; a redirect is none."""
        return self.status is not None and 200 <= self.status < 300


def post(*, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body and return the answer; whatever goes wrong is in it, and nothing is raised."""
    started = time.monotonic()
    status, error = None, ""
    try:
        target = parse_target(url)
        status = _exchange(target, checked_address(target), body, headers)
    except CortexError as refusal:
        error = refusal.message
    except (OSError, http.client.HTTPException, UnicodeError) as failure:
        error = f"{type(failure).__name__}: {failure}"
    return Answer(status, error[:ERROR_LENGTH_MAX], int((time.monotonic() - started) * 1000))


def _exchange(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS_MAX)
    with plain, _channel(plain, target) as channel:
        watchdog = threading.Timer(TOTAL_SECONDS_MAX, _hang_up, args=(channel,))
        watchdog.start()
        try:
            if isinstance(channel, ssl.SSLSocket):
                channel.do_handshake()
            connection = http.client.HTTPConnection(target.host, target.port)
            # The socket is given: this class would resolve the name again.
            connection.sock = channel
            connection.request("POST", target.path, body=body, headers={**_headers(target), **headers})
            # The status is all that counts; the body stays unread, however long it is.
            status = connection.getresponse().status
            connection.close()
            return status
        finally:
            watchdog.cancel()


def _channel(plain: socket.socket, target: Target) -> socket.socket:
    """Speak TLS where the URL says so; the certificate must be the name's, whatever the address is."""
    if target.scheme == "http":
        return plain
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)


def _headers(target: Target) -> Mapping[str, str]:
    return {
        "Host": target.authority,
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "Connection": "close",
    }


def _hang_up(channel: socket.socket) -> None:
    """End the connection under whoever reads from it, without TLS's own farewell, which could wait."""
    with suppress(OSError):
        socket.socket.shutdown(channel, socket.SHUT_RDWR)
