# SPDX-License-Identifier: Apache-2.0
"""From which device and address a request came, as far as it tells."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# The first that fits: browsers name their ancestors, too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PRINTABLE = re.compile(r"[^\x20-\x7e]")


def device_of(request: HttpRequest) -> str:
    """Return browser and system in words, such as `Firefox on Linux`; never the raw header."""
    agent = _PRINTABLE.sub("", request.headers.get("User-Agent", ""))[:500]
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if not browser and not system:
        return "An unknown program"
    return f"{browser or 'A browser'} on {system or 'an unknown system'}"


def address_of(request: HttpRequest) -> str:
    """Return the client's network address: the peer's, or what our own proxies say about it.

    Of `X-Forwarded-For` each proxy of ours wrote one entry, from the right; whatever stands left of these
    is the client's own claim.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.WEB_PROXIES
    if not proxies:
        return _address(peer)
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    return _address(forwarded[-proxies].strip() if len(forwarded) >= proxies else peer) or _address(peer)


def network_of(address: str) -> str:
    """Return the coarse network of an address, such as `198.51.0.0/16`; nothing for nothing.

    Telephones change their address by the hour and seldom their provider: of IPv4 16 bits count, of IPv6 32.
    """
    if not address:
        return ""
    bits = 16 if ipaddress.ip_address(address).version == 4 else 32
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
