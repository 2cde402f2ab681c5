# SPDX-License-Identifier: Apache-2.0
"""Names of services, such as `spiffe://cortex/worker`. Source: SPIFFE-ID standard, section 2."""

import re

from cryptography import x509

from cortex.errors import Malformed

SCHEME = "spiffe://"
LENGTH_MAX = 2048
_TRUST_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,253}[a-z0-9])?")
_SERVICE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


class ServiceMustBeNamedWell(Malformed):
    """A service or a trust domain has a name that no SPIFFE id can hold."""

    code = "tls.service_must_be_named_well"


def spiffe_id(*, trust_domain: str, service: str) -> str:
    """Return the id of a service; raises ServiceMustBeNamedWell."""
    if not _TRUST_DOMAIN.fullmatch(trust_domain) or ".." in trust_domain:
        raise _badly_named(trust_domain, expected="a trust domain of small letters, digits, '.', '_' and '-'")
    if not _SERVICE.fullmatch(service) or ".." in service:
        raise _badly_named(service, expected="a name of letters, digits, '.', '_' and '-'")
    return f"{SCHEME}{trust_domain}/{service}"


def is_spiffe_id(text: str) -> bool:
    """Return whether the text is an id that this program would give."""
    trust_domain, _, service = text.removeprefix(SCHEME).partition("/")
    is_named = bool(_TRUST_DOMAIN.fullmatch(trust_domain) and _SERVICE.fullmatch(service))
    return text.startswith(SCHEME) and is_named and ".." not in text and len(text) <= LENGTH_MAX


def spiffe_id_in(certificate: x509.Certificate) -> str | None:
    """Return the id that a certificate carries; one with several URIs has none.

    Source: X509-SVID standard, section 2.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return uris[0] if len(uris) == 1 and is_spiffe_id(uris[0]) else None


def _badly_named(got: str, *, expected: str) -> ServiceMustBeNamedWell:
    return ServiceMustBeNamedWell(
        f"Service {got[:80]!r}: expected {expected}.",
        evidence={"object": "service", "expected": expected, "got": got[:80]},
    )
