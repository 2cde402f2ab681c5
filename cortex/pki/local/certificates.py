# SPDX-License-Identifier: Apache-2.0
"""The certificates themselves. Source: RFC 5280; X509-SVID standard for those of services."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cortex.pki.issued import Issued
from cortex.pki.keys import PrivateKey, PublicKey
from cortex.pki.names import Names

# Clocks of two machines differ a little.
BEFORE = timedelta(minutes=5)
ROOT_LIFE = timedelta(days=3650)
ISSUING_LIFE = timedelta(days=365)
# A list that nobody renews for so long stops every connection: `cortex pki check` warns before.
REVOCATIONS_LIFE = timedelta(days=7)
_SERVICE_USE = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


def root_certificate(*, key: PrivateKey, trust_domain: str, at: datetime) -> x509.Certificate:
    """Return the root: it signs issuing authorities and nothing else."""
    name = _name(f"{trust_domain} root {at:%Y-%m-%d %H%M%S}")
    built = _begun(name, name, key.public_key(), at, at + ROOT_LIFE)
    return _authority(built, key.public_key(), path_length=1).sign(key, SHA256())


def issuing_certificate(
    *, key: PublicKey, root: x509.Certificate, root_key: PrivateKey, trust_domain: str, at: datetime
) -> x509.Certificate:
    """Return an issuing authority that can name services of this trust domain alone."""
    name = _name(f"{trust_domain} issuing {at:%Y-%m-%d %H%M%S}")
    ends_at = min(at + ISSUING_LIFE, root.not_valid_after_utc)
    built = _begun(name, root.subject, key, at, ends_at)
    built = _authority(built, key, path_length=0)
    built = built.add_extension(_key_id_of(root), critical=False)
    # Whoever steals its key cannot speak for another installation. Source: RFC 5280 section 4.2.1.10.
    domain = [x509.UniformResourceIdentifier(trust_domain)]
    built = built.add_extension(x509.NameConstraints(domain, None), critical=True)
    return built.sign(root_key, SHA256())


def service_certificate(
    *,
    key: PublicKey,
    names: Names,
    issuing: x509.Certificate,
    issuing_key: PrivateKey,
    life: timedelta,
    at: datetime,
) -> x509.Certificate:
    """Return a certificate of a service; never one that outlives its authority."""
    ends_at = min(at + life, issuing.not_valid_after_utc)
    return (
        _begun(_name(names.service), issuing.subject, key, at, ends_at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_data=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(_SERVICE_USE), critical=False)
        .add_extension(names.extension, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_key_id_of(issuing), critical=False)
        .sign(issuing_key, SHA256())
    )


def revocation_list(
    *, issuer: x509.Certificate, key: PrivateKey, revoked: Iterable[Issued], at: datetime, life: timedelta
) -> x509.CertificateRevocationList:
    """Return what an authority took back."""
    built = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at - BEFORE)
        .next_update(at + life)
        .add_extension(_key_id_of(issuer), critical=False)
        # Each list has a higher number than the one before. Source: RFC 5280 section 5.2.3.
        .add_extension(x509.CRLNumber(int(at.timestamp() * 1000)), critical=False)
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(int(each.serial, 16))
        built = built.add_revoked_certificate(entry.revocation_date(each.revoked_at or at).build())
    return built.sign(key, SHA256())


def _begun(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, at: datetime, ends_at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BEFORE)
        .not_valid_after(ends_at)
    )


def _authority(
    built: x509.CertificateBuilder, key: PublicKey, *, path_length: int
) -> x509.CertificateBuilder:
    return (
        built.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs_data=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_data: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_data,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_data,
        crl_sign=not signs_data,
        encipher_only=False,
        decipher_only=False,
    )


def _key_id_of(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
