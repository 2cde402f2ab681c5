# SPDX-License-Identifier: Apache-2.0
"""Keys of services and the requests by which they ask for a certificate; a key never leaves its machine."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from cortex.pki.errors import CertificateMustBeOurs, RequestMustBeSignedByItsKey, refused

REQUEST_BYTES_MAX = 64 * 1024
PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def new_key() -> PrivateKey:
    """Return a key on P-256, which every server of ours takes."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: PrivateKey) -> bytes:
    """Return the key in the open, for a file that its owner alone may read."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_of(pem: bytes) -> PrivateKey:
    """Return a key of ours; raises CertificateMustBeOurs."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise refused(CertificateMustBeOurs, "Key", expected="an EC key in PEM, not encrypted")
    return key


def signing_request(*, key: PrivateKey, service: str) -> bytes:
    """Return a request in PEM; the authority takes the key from it, and names from whoever approves it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, service)])
    built = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, SHA256())
    return built.public_bytes(Encoding.PEM)


def requested_key(pem: bytes) -> PublicKey:
    """Return the key that a request proves to hold; raises RequestMustBeSignedByItsKey."""
    try:
        if len(pem) > REQUEST_BYTES_MAX:
            raise ValueError
        request = x509.load_pem_x509_csr(pem)
        key = request.public_key()
        is_proved = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        raise _refused("something else") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refused("a key of another kind")
    if not is_proved:
        raise _refused("one that another key signed")
    return key


def _refused(got: str) -> Exception:
    return refused(
        RequestMustBeSignedByItsKey,
        "Signing request",
        expected="PKCS #10 in PEM for a key on P-256, signed by that key",
        got=got,
        remedy="Make one with `cortex pki request`.",
    )
