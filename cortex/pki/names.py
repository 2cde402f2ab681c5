# SPDX-License-Identifier: Apache-2.0
"""What a certificate says about its holder: one SPIFFE id, and names that servers are reached by."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from cortex.boot.tls.spiffe import SCHEME, spiffe_id
from cortex.pki.errors import NamesMustBeWellFormed, refused

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DNS = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
NAMES_MAX = 32
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Names:
    """Checked names; `service` is the last part of the id."""

    spiffe_id: str
    dns: tuple[str, ...] = ()
    addresses: tuple[IpAddress, ...] = ()

    @property
    def service(self) -> str:
        """Return the name by which a server such as PostgreSQL maps the holder to a login."""
        return self.spiffe_id.rpartition("/")[2]

    @property
    def extension(self) -> x509.SubjectAlternativeName:
        """Return them as a certificate carries them."""
        return x509.SubjectAlternativeName(
            [
                x509.UniformResourceIdentifier(self.spiffe_id),
                *(x509.DNSName(name) for name in self.dns),
                *(x509.IPAddress(address) for address in self.addresses),
            ]
        )


def names_of(
    *, trust_domain: str, service: str, dns: Sequence[str] = (), addresses: Sequence[str] = ()
) -> Names:
    """Return the checked names; raises ServiceMustBeNamedWell, NamesMustBeWellFormed."""
    if len(dns) + len(addresses) > NAMES_MAX:
        raise refused(NamesMustBeWellFormed, f"Service {service}", expected=f"at most {NAMES_MAX} names")
    for name in dns:
        # No wildcards: a certificate is for one service.
        if not _DNS.fullmatch(name) or len(name) > 253:
            raise refused(
                NamesMustBeWellFormed, f"Name {name[:80]!r}", expected="a DNS name without wildcards"
            )
    id_ = spiffe_id(trust_domain=trust_domain, service=service)
    return Names(id_, tuple(dns), tuple(_address(text) for text in addresses))


def names_in(certificate: x509.Certificate) -> Names:
    """Return the names of a certificate that this program issued."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (id_,) = found.get_values_for_type(x509.UniformResourceIdentifier)
    dns = found.get_values_for_type(x509.DNSName)
    addresses = found.get_values_for_type(x509.IPAddress)
    trust_domain, _, service = id_.removeprefix(SCHEME).partition("/")
    return names_of(
        trust_domain=trust_domain, service=service, dns=dns, addresses=[str(each) for each in addresses]
    )


def _address(text: str) -> IpAddress:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise refused(NamesMustBeWellFormed, f"Address {text[:80]!r}", expected="an IP address") from None
