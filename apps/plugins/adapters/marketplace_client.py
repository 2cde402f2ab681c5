# SPDX-License-Identifier: Apache-2.0
"""A marketplace's API as an author's machine calls it: TLS, no redirects, bounded answers."""

import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

from apps.plugins.domain.bundle import BUNDLE_BYTES_MAX
from cortex.errors import CortexError
from cortex.one_line import one_line

_SECONDS, _JSON_BYTES_MAX, _TOLD_MAX = 60, 1 << 20, 500
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_API, _DONE = "/api/v1/marketplace", (200, 201)


class MarketplaceMustAnswer(CortexError):
    """A marketplace refuses, is away, or answers something else than its contract says."""

    code = "plugins.marketplace_must_answer"
    status = 502


@dataclass(frozen=True, slots=True)
class MarketplaceClient:
    """Calls one marketplace in the name of whoever the token is of."""

    server: str
    token: str

    def submit(self, *, archive: bytes, statement: str, channel: str) -> dict[str, Any]:
        """Send a version in and return the submission; raises MarketplaceMustAnswer."""
        boundary = secrets.token_hex(16)
        parts = {"statement": statement.encode(), "channel": channel.encode()}
        body = b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
            % (boundary.encode(), name.encode(), value)
            for name, value in parts.items()
        )
        body += (
            b'--%b\r\nContent-Disposition: form-data; name="archive"; filename="sources.zip"\r\n'
            b"Content-Type: application/zip\r\n\r\n%b\r\n--%b--\r\n"
        ) % (boundary.encode(), archive, boundary.encode())
        kind = f"multipart/form-data; boundary={boundary}"
        return self._json("POST", "/submissions", body, {"Content-Type": kind})

    def built(self, *, submission: str) -> bytes:
        """Return the bundle that was built; raises MarketplaceMustAnswer."""
        return self._ask("GET", f"/submissions/{submission}/bundle", b"", {}, BUNDLE_BYTES_MAX)

    def confirm(self, *, submission: str, attestation: str) -> dict[str, Any]:
        """Send one's signature and return the submission; raises MarketplaceMustAnswer."""
        body = json.dumps({"attestation": attestation}).encode()
        path = f"/submissions/{submission}:confirm"
        return self._json("POST", path, body, {"Content-Type": "application/json"})

    def _json(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        answered = self._ask(method, path, body, headers, _JSON_BYTES_MAX)
        try:
            told = json.loads(answered)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            _refuse(self.server, "an object in JSON", "something else")
        return told

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str], bytes_max: int) -> bytes:
        connection = _connection(self.server)
        own = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(16)}
        prefix = urlsplit(self.server).path.rstrip("/")
        try:
            connection.request(method, f"{prefix}{_API}{path}", body=body or None, headers={**headers, **own})
            answer = connection.getresponse()
            content = answer.read(bytes_max + 1)
        except (OSError, http.client.HTTPException) as error:
            _refuse(self.server, "an answer", str(error) or type(error).__name__)
        finally:
            connection.close()
        # A redirect is refused, too: the token is for this server alone.
        if answer.status not in _DONE:
            _refuse(self.server, "success", f"{answer.status}: {_problem(content)}")
        if len(content) > bytes_max:
            _refuse(self.server, f"at most {bytes_max} bytes", "more")
        return content


def require_server(server: str) -> str:
    """Return the address without a slash at its end; raises MarketplaceMustAnswer for one without TLS."""
    try:
        parts = urlsplit(server)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        is_whole = bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
        is_safe = is_safe and is_whole and (parts.port or 1) > 0
    except ValueError:
        is_safe = False
    if not is_safe:
        _refuse("server", "https://HOST, or http:// of this machine", "another address")
    return server.rstrip("/")


def _connection(server: str) -> http.client.HTTPConnection:
    parts = urlsplit(server)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=_SECONDS)


def _problem(content: bytes) -> str:
    """Return what a problem document says, on one line."""
    try:
        told = json.loads(content)
        return one_line(f"{told['code']}: {told['detail']}"[:_TOLD_MAX])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "no reason"


def _refuse(server: str, expected: str, got: str) -> NoReturn:
    told = one_line(got[:_TOLD_MAX])
    raise MarketplaceMustAnswer(
        f"Marketplace {server}: expected {expected}, got {told}.",
        evidence={"object": server, "expected": expected, "got": told},
    )
