# SPDX-License-Identifier: Apache-2.0
"""Where a webhook may go: URLs of one shape, and addresses of the public internet.

The name is resolved once, every address it gives is checked, and the connection goes to a checked one:
a name that answers differently a moment later changes nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from cortex.errors import CortexError

URL_LENGTH_MAX = 2000
# Each carries an IPv4 address inside, which would be the one that is reached.
_CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
# Addresses of own networks that Python takes for public ones: site-local, documentation, the range of
# protocols and the former relays of 6to4. Source: RFC 3879, 9637, 6890 and 7526.
_OWN = tuple(map(ipaddress.ip_network, ("fec0::/10", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebhookUrlMustBeAllowed(CortexError):
    """The URL, or the address behind its name, is none that this installation sends to."""

    code = "events.webhook_url_must_be_allowed"


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an endpoint's URL. `path` includes the query; `port` is always given."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == (443 if self.scheme == "https" else 80)
        return host if is_default else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Return the parts of a URL; raises WebhookUrlMustBeAllowed."""
    schemes = ("https", "http") if settings.WEBHOOK_HTTP_ALLOWED else ("https",)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise _refused(url, expected="a URL") from error
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise _refused(url, expected=f"at most {URL_LENGTH_MAX} printable ASCII characters")
    if parts.scheme not in schemes:
        raise _refused(url, expected=" or ".join(f"{scheme}://" for scheme in schemes))
    if not host or "@" in parts.netloc or parts.fragment:
        raise _refused(url, expected="a host, no user, no fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def checked_address(target: Target) -> str:
    """Resolve the host once and return an address that may be connected to.

    Raises: WebhookUrlMustBeAllowed where any of its addresses is not public; OSError where it has none.
    """
    answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
    for address in addresses:
        if not settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED and not is_public(address):
            raise _refused(target.host, expected="public addresses only")
    return str(addresses[0])


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet, looking into those that carry another."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _CARRIERS):
            return False
    if any(address in network for network in _OWN):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _refused(got: str, *, expected: str) -> WebhookUrlMustBeAllowed:
    return WebhookUrlMustBeAllowed(
        f"Webhook {got[:200]}: expected {expected}.",
        evidence={"object": "webhook URL", "expected": expected, "got": got[:200]},
    )
