# SPDX-License-Identifier: Apache-2.0
"""One request to a checked address: the name is resolved once, and the connection goes where it was checked.

No proxy, no redirect, no cookie, TLS by the name, and one bound of time for all of it.
"""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from apps.plugins.domain.host_errors import HttpMustBeAnswered
from apps.plugins.domain.http_request import ANSWER_BYTES_MAX, MILLISECONDS_MAX, HttpAnswer, HttpRequest
from cortex.confidential import MASK, Secret
from cortex.events.webhooks.addresses import Address, is_public

PORT = 443
USER_AGENT = "Codexion-Cortex-Plugins/1"
_HEADERS_TOLD = frozenset(
    "content-type content-language date etag last-modified link location retry-after".split()
)
Secrets = Mapping[str, tuple[str, Secret]]


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends; tests say which addresses are allowed, and whom TLS trusts."""

    is_allowed: Callable[[Address], bool] = is_public
    context: ssl.SSLContext | None = None
    port: int = PORT

    def send(self, *, request: HttpRequest, secrets: Secrets, within_ms: int) -> HttpAnswer:
        """Return the answer; raises HttpMustBeAnswered. `secrets` maps a header to (text before, secret)."""
        deadline = time.monotonic() + min(within_ms, MILLISECONDS_MAX) / 1000
        try:
            address = self._address(request.host, deadline)
            answer = self._exchange(request, address, secrets, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The kind alone: what an error says may hold what was sent.
            raise _unanswered(request.host, type(error).__name__) from None
        return _without(answer, [secret for _, secret in secrets.values()])

    def _address(self, host: str, deadline: float) -> str:
        """Return the first address, where all that the name has are allowed."""
        addresses = [ipaddress.ip_address(each) for each in _resolved(host, _left(deadline))]
        if not addresses or not all(self.is_allowed(each) for each in addresses):
            raise _unanswered(host, "an address that is not public")
        return str(addresses[0])

    def _exchange(self, request: HttpRequest, address: str, secrets: Secrets, deadline: float) -> HttpAnswer:
        context = self.context or ssl.create_default_context()
        plain = socket.create_connection((address, self.port), timeout=_left(deadline))
        with (
            plain,
            context.wrap_socket(
                plain, server_hostname=request.host, do_handshake_on_connect=False
            ) as channel,
        ):
            # A server that sends a byte now and then would outlive any bound of single reads.
            watchdog = threading.Timer(_left(deadline), _hang_up, args=(channel,))
            watchdog.start()
            try:
                channel.do_handshake()
                answer = _spoken(channel, request, secrets)
                # What was hung up on reads like an answer that ends early.
                _left(deadline)
                return answer
            finally:
                watchdog.cancel()


def _spoken(channel: ssl.SSLSocket, request: HttpRequest, secrets: Secrets) -> HttpAnswer:
    connection = http.client.HTTPConnection(request.host, PORT)
    # The socket is given: this class would resolve the name again.
    connection.sock = channel
    told = {header: before + secret.reveal() for header, (before, secret) in secrets.items()}
    headers = {"User-Agent": USER_AGENT, **request.headers, **told, "Host": request.host}
    headers = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
    body = request.body if request.body or request.method != "GET" else None
    connection.request(request.method, request.target, body=body, headers={**headers, "Connection": "close"})
    response = connection.getresponse()
    content = response.read(ANSWER_BYTES_MAX + 1)
    if response.length and len(content) <= ANSWER_BYTES_MAX:
        raise http.client.IncompleteRead(b"", response.length)
    if len(content) > ANSWER_BYTES_MAX:
        raise _unanswered(request.host, f"more than {ANSWER_BYTES_MAX} bytes")
    found = {name.lower(): value[:2_000] for name, value in response.getheaders()}
    return HttpAnswer(
        response.status, {name: found[name] for name in sorted(found.keys() & _HEADERS_TOLD)}, content
    )


def _resolved(host: str, seconds: float) -> list[str]:
    """Ask in a thread: a resolver knows no deadline."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
            answers.put([str(each[4][0]).partition("%")[0] for each in found])
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="plugin-resolver").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _without(answer: HttpAnswer, secrets: list[Secret]) -> HttpAnswer:
    """Take out what was put in: a server that echoes must not tell the plugin."""
    body, headers = answer.body, dict(answer.headers)
    for secret in secrets:
        text = secret.reveal()
        body = body.replace(text.encode(), MASK.encode())
        headers = {name: value.replace(text, MASK) for name, value in headers.items()}
    return HttpAnswer(answer.status, headers, body)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _hang_up(channel: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(channel, socket.SHUT_RDWR)


def _unanswered(host: str, got: str) -> HttpMustBeAnswered:
    return HttpMustBeAnswered(
        f"Request to {host}: expected an answer from a public address in time, got {got}.",
        evidence={"object": host, "got": got},
    )
