# SPDX-License-Identifier: Apache-2.0
"""Whose certificate brought a request: of the TLS connection itself, or of one that a proxy of ours ended.

`peer_certificate(request)` is what others ask; `read_peer` is asked once, by the middleware.
"""

import base64
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cortex.boot.tls.spiffe import spiffe_id_in
from cortex.errors import CortexError, Malformed

# nginx: `proxy_set_header X-Client-Cert $ssl_client_escaped_cert;`
HEADER = "HTTP_X_CLIENT_CERT"
# nginx: `proxy_set_header X-Client-Verify $ssl_client_verify;`
VERDICT = "HTTP_X_CLIENT_VERIFY"
PEM_LENGTH_MAX = 16 * 1024


class ClientCertificateMustComeFromOurProxy(Malformed):
    """A header names a client certificate, and whoever sent it is no proxy of ours."""

    code = "identity.client_certificate_must_come_from_our_proxy"


class ClientCertificateMustBeReadable(Malformed):
    """A proxy of ours handed on what is no certificate."""

    code = "identity.client_certificate_must_be_readable"


class ClientCertificateMustBeCurrent(CortexError):
    """The certificate ended while its connection stood, or is not valid yet."""

    code = "identity.client_certificate_must_be_current"
    status = 403


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """A certificate that an authority of ours signed.

    `thumbprint` is the SHA-256 of its DER in base64url, as `x5t#S256` of a bound token. Source: RFC 8705.
    """

    thumbprint: str
    spiffe_id: str | None
    serial: str
    starts_at: datetime
    ends_at: datetime


def peer_certificate(request: Any) -> PeerCertificate | None:
    """Return the certificate that a Django or REST request was brought with, or None."""
    found = getattr(request, "peer_certificate", None)
    return found if isinstance(found, PeerCertificate) else None


def read_peer(
    *, meta: dict[str, Any], trusted_proxies: Sequence[str], at: datetime
) -> PeerCertificate | None:
    """Return the certificate behind a WSGI environment.

    Raises: ClientCertificateMustComeFromOurProxy, ClientCertificateMustBeReadable,
    ClientCertificateMustBeCurrent.
    """
    direct, named = _of_connection(meta), meta.get(HEADER)
    if direct is not None and direct.spiffe_id in trusted_proxies:
        # What it brings is its client's; its own certificate must not become everybody's.
        return _current(_named(str(named), meta.get(VERDICT)), at) if named else None
    if named is not None:
        raise ClientCertificateMustComeFromOurProxy(
            "Header X-Client-Cert: expected it from a proxy of this installation, got it from another. "
            "Connect with the certificate itself.",
            evidence={"object": "X-Client-Cert", "remedy": "connect with the certificate itself"},
        )
    return _current(direct, at) if direct is not None else None


def _of_connection(meta: dict[str, Any]) -> PeerCertificate | None:
    connection = meta.get("gunicorn.socket")
    if not isinstance(connection, ssl.SSLSocket):
        return None
    # The handshake has verified it: without a valid one there is none here.
    der = connection.getpeercert(binary_form=True)
    return _read(der) if der else None


def _named(escaped: str, verdict: object) -> PeerCertificate:
    try:
        # A proxy may let in whoever shows any certificate, and says so.
        if len(escaped) > PEM_LENGTH_MAX or verdict != "SUCCESS":
            raise ValueError
        certificate = x509.load_pem_x509_certificate(unquote(escaped).encode("ascii"))
        return _read(certificate.public_bytes(Encoding.DER))
    except ValueError as error:
        raise ClientCertificateMustBeReadable(
            "Header X-Client-Cert: expected a certificate that the proxy verified, got something else. "
            "Set it to $ssl_client_escaped_cert, and X-Client-Verify to $ssl_client_verify.",
            evidence={"object": "X-Client-Cert", "expected": "$ssl_client_escaped_cert"},
        ) from error


@lru_cache(maxsize=256)
def _read(der: bytes) -> PeerCertificate:
    certificate = x509.load_der_x509_certificate(der)
    digest = hashlib.sha256(der).digest()
    return PeerCertificate(
        thumbprint=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        spiffe_id=spiffe_id_in(certificate),
        serial=f"{certificate.serial_number:x}",
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
    )


def _current(peer: PeerCertificate, at: datetime) -> PeerCertificate:
    if not peer.starts_at <= at < peer.ends_at:
        raise ClientCertificateMustBeCurrent(
            f"Client certificate {peer.serial}: expected one that is valid now, got one until "
            f"{peer.ends_at:%FT%TZ}. Renew it and connect again.",
            evidence={"object": peer.serial, "got": peer.ends_at.isoformat(), "remedy": "renew it"},
        )
    return peer
