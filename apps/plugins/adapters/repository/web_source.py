# SPDX-License-Identifier: Apache-2.0
"""Fetch files of a repository over the web: TLS, one checked address, no redirects, an end to everything."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from apps.plugins.domain.repository_errors import RepositoryAddressMustBeAllowed
from cortex.container.hanging_up import Deadline
from cortex.events.webhooks.addresses import URL_LENGTH_MAX, Target, is_public

CONNECT_SECONDS_MAX, TOTAL_SECONDS_MAX = 5.0, 120.0
_CHUNK_BYTES = 65_536
_HEADERS = {"User-Agent": "Codexion-Cortex-Plugins/1", "Connection": "close", "Accept-Encoding": "identity"}


def require_repository_url(url: str, *, allows_private: bool) -> Target:
    """Return the parts of an address: https, or http of this machine where private addresses are allowed.

    Raises: RepositoryAddressMustBeAllowed.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        raise _refused(url, "a URL") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= URL_LENGTH_MAX
    if not is_plain or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise _refused(url, "a host and a path, no user, query or fragment")
    is_local = allows_private and parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not is_local:
        raise _refused(url, "https://")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.path or "/")


class WebSource(FetcherInterface):
    """Asks one host; whatever exceeds what the client expects is cut off by it."""

    def __init__(self, *, allows_private: bool, seconds: float = TOTAL_SECONDS_MAX) -> None:
        """Know what may be asked; nothing is."""
        self._allows_private, self._seconds = allows_private, seconds

    def _fetch(self, url: str) -> Iterator[bytes]:
        # Ask now and not at the first chunk, so that the library sees what is refused.
        target = require_repository_url(url, allows_private=self._allows_private)
        chunks = self._chunks(target)
        first = next(chunks, b"")
        return _all(first, chunks)

    def _chunks(self, target: Target) -> Iterator[bytes]:
        address = self._address(target)
        with Deadline(seconds=self._seconds) as deadline:
            plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS_MAX)
            deadline.watch(plain)
            with plain, _channel(plain, target) as channel:
                connection = http.client.HTTPConnection(target.host, target.port)
                # The socket is given: this class would resolve the name again.
                connection.sock = channel
                connection.request("GET", target.path, headers={"Host": target.authority, **_HEADERS})
                answer = connection.getresponse()
                if answer.status != http.client.OK:
                    raise DownloadHTTPError(f"status {answer.status}", answer.status)
                while chunk := answer.read(_CHUNK_BYTES):
                    yield chunk
                if deadline.is_over:
                    raise TimeoutError(f"expected an answer within {self._seconds} seconds")

    def _address(self, target: Target) -> str:
        """Resolve the name once and return an address that may be connected to."""
        answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        found = [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
        if not self._allows_private and not all(map(is_public, found)):
            raise _refused(target.host, "public addresses only (or trust it with --private-network)")
        return str(found[0])


def _channel(plain: socket.socket, target: Target) -> socket.socket:
    if target.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _all(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what comes; the library puts only errors of the first step into its own words."""
    yield first
    try:
        yield from rest
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"{type(error).__name__} in the middle") from error


def _refused(got: str, expected: str) -> RepositoryAddressMustBeAllowed:
    return RepositoryAddressMustBeAllowed(
        f"Repository at {ascii(got)[1:-1][:200]}: expected {expected}.",
        evidence={"object": "repository", "expected": expected, "got": got[:200]},
    )
