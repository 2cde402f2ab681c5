# SPDX-License-Identifier: Apache-2.0
"""One request that a plugin sends through the host, read strictly; secrets are named, never told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from apps.plugins.domain.host_request import malformed

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
URL_MAX, HEADERS_MAX, HEADER_BYTES_MAX = 2_000, 20, 2_000
BODY_BYTES_MAX, ANSWER_BYTES_MAX, MILLISECONDS_MAX = 256 << 10, 1 << 20, 5_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_VALUE = re.compile(r"[ -~]*")
_SECRET = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
# What frames a message, says who is asked, or changes the connection is the host's to say.
_OF_THE_HOST = frozenset(
    "host connection content-length transfer-encoding te trailer upgrade expect cookie forwarded via".split()
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent to `host`, over TLS on port 443. `secrets` maps a header to (text before it, its name)."""

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    secrets: Mapping[str, tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: a redirect is an answer like any other, and is not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_http_request(told: Mapping[str, Any]) -> HttpRequest:
    """Return the request; raises HostRequestMustBeWellFormed."""
    method = told.get("method", "GET")
    if method not in METHODS:
        raise malformed("method", f"one of {', '.join(METHODS)}")
    host, target = _address(told.get("url"))
    headers = {name: _value(name, value) for name, value in _headers(told, "headers").items()}
    secrets = {name: _secret(name, value) for name, value in _headers(told, "secrets").items()}
    if twice := {name.lower() for name in headers} & {name.lower() for name in secrets}:
        raise malformed(f"headers.{min(twice)}", "each header once")
    body = told.get("body", "")
    if not isinstance(body, str) or len(body.encode()) > BODY_BYTES_MAX:
        raise malformed("body", f"a text of at most {BODY_BYTES_MAX} bytes")
    return HttpRequest(method, host, target, headers, secrets, body.encode())


def _address(url: Any) -> tuple[str, str]:
    expected = "https://<host>/<path> of printable ASCII, without user, port and fragment"
    if not isinstance(url, str) or len(url) > URL_MAX or not url.isascii() or not url.isprintable():
        raise malformed("url", expected)
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and parts.netloc == parts.hostname and not parts.fragment
    except ValueError:
        raise malformed("url", expected) from None
    if not is_plain or " " in url or "\\" in url or "#" in url:
        raise malformed("url", expected)
    return parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(told: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    found = told.get(member, {})
    if not isinstance(found, dict) or len(found) > HEADERS_MAX:
        raise malformed(member, f"an object of at most {HEADERS_MAX} headers")
    lowered = [name.lower() for name in found]
    if len(set(lowered)) != len(lowered):
        raise malformed(member, "each header once")
    for name in found:
        is_hop = name.lower() in _OF_THE_HOST or name.lower().startswith(("proxy-", "sec-"))
        if not _NAME.fullmatch(name) or is_hop:
            raise malformed(member, "names of headers that are not the host's to say")
    return found


def _value(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > HEADER_BYTES_MAX or not _VALUE.fullmatch(value):
        raise malformed(f"headers.{name}", f"at most {HEADER_BYTES_MAX} printable ASCII characters")
    return value


def _secret(name: str, value: Any) -> tuple[str, str]:
    match value:
        case str(secret) if _SECRET.fullmatch(secret):
            return "", secret
        case {"secret": str(secret), "before": str(before)} if len(value) == 2:
            if _SECRET.fullmatch(secret) and _VALUE.fullmatch(before) and len(before) <= 40:
                return before, secret
    raise malformed(f"secrets.{name}", 'the name of a secret, or {"secret": "…", "before": "Bearer "}')
