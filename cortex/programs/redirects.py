# SPDX-License-Identifier: Apache-2.0
"""Where an answer may be sent: to an address that was registered, letter by letter.

A program on somebody's machine listens on a port that it learns when it starts; for it alone, and on the
loopback addresses alone, the port may differ. Sources: RFC 9700 section 2.1, RFC 8252 sections 7.3 and 8.3.
"""

import re
from urllib.parse import SplitResult, urlsplit

LENGTH_MAX = 500
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
# Printable ASCII without what browsers and servers read differently.
_PLAIN = re.compile(r"\A[!#-;=?-Z_a-z~%\[\]]+\Z")
_PORT = re.compile(r":[0-9]{1,5}\Z")


def reason_against(address: str, *, is_native: bool) -> str | None:
    """Return what is expected of an address that is registered, or None for a good one."""
    parts = _parts(address)
    if parts is None or len(address) > LENGTH_MAX:
        return f"a plain absolute URL of up to {LENGTH_MAX} characters"
    if "#" in address or "@" in parts.netloc or "*" in address:
        return "a URL without fragment, login and wildcard"
    if any(segment in (".", "..") for segment in parts.path.split("/")) or "%2e" in parts.path.lower():
        return "a URL whose path has no dots to climb with"
    if parts.scheme == "https":
        return None
    if is_native and _is_loopback(parts):
        return None
    return "https, or http on 127.0.0.1 or [::1] for a native program"


def is_registered(requested: str, *, registered: str) -> bool:
    """Tell whether the requested address is one of the registered ones (separated by spaces)."""
    return any(_is_same(requested, known) for known in registered.split())


def origin_of(address: str) -> str:
    """Return scheme, host and port, as a content security policy names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _is_same(requested: str, known: str) -> bool:
    if requested == known:
        return True
    ours, theirs = _parts(known), _parts(requested)
    if ours is None or theirs is None or not (_is_loopback(ours) and _is_loopback(theirs)):
        return False
    return _without_port(ours) == _without_port(theirs)


def _without_port(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=_PORT.sub("", parts.netloc))


def _is_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and "@" not in parts.netloc


def _parts(address: str) -> SplitResult | None:
    if not _PLAIN.match(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme and parts.hostname and address.startswith(f"{parts.scheme}://") else None
