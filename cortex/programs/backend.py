# SPDX-License-Identifier: Apache-2.0
"""How a request of ours becomes one of the OAuth2 library: with the certificate that it came with."""

from typing import Any

from oauth2_provider.oauth2_backends import OAuthLibCore

from cortex.identity.peer_certificates import PeerCertificate, peer_certificate

# Not a name that a header of a request could have.
_PEER = "cortex.peer_certificate"


class Core(OAuthLibCore):  # type: ignore[misc] # the library has no types
    """Hands the peer's certificate on beside the headers."""

    def extract_headers(self, request: Any) -> dict[str, Any]:
        """Return the headers, and the certificate where there is one."""
        headers: dict[str, Any] = super().extract_headers(request)
        headers[_PEER] = peer_certificate(request)
        return headers


def peer_of(request: Any) -> PeerCertificate | None:
    """Return the certificate behind a request of the library."""
    found = request.headers.get(_PEER)
    return found if isinstance(found, PeerCertificate) else None
