# SPDX-License-Identifier: Apache-2.0
"""How long what a service holds has to live: its certificate, and the lists of revocations."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cortex.boot.tls.contexts import TlsFiles
from cortex.boot.tls.spiffe import spiffe_id_in
from cortex.pki.due import is_due
from cortex.pki.errors import CertificateMustBeOurs, refused
from cortex.pki.keys import key_of

_END = b"-----END X509 CRL-----"


@dataclass(frozen=True, slots=True)
class Expiry:
    """What ends first, and whether it should have been renewed by now."""

    spiffe_id: str
    what: str
    ends_at: datetime
    is_due: bool


def expiry_of(*, files: TlsFiles, at: datetime) -> Expiry:
    """Return what ends first; raises CertificateMustBeOurs for files that do not fit or cannot be read."""
    try:
        certificate = x509.load_pem_x509_certificates(files.certificate.read_bytes())[0]
        key, lists = key_of(files.key.read_bytes()), _lists(files)
    except (OSError, ValueError) as error:
        got = type(error).__name__
        what = str(files.certificate)
        raise refused(CertificateMustBeOurs, what, expected="files of TLS", got=got) from None
    if _public(certificate.public_key()) != _public(key.public_key()):
        what = str(files.certificate)
        raise refused(CertificateMustBeOurs, what, expected="a certificate of the key beside it")
    spans = [("certificate", certificate.not_valid_before_utc, certificate.not_valid_after_utc)]
    spans += [("list of revocations", *span) for span in lists]
    what, _, ends_at = min(spans, key=lambda span: span[2])
    due = any(is_due(starts_at=start, ends_at=end, at=at) for _, start, end in spans)
    return Expiry(spiffe_id_in(certificate) or "", what, ends_at, due)


def _lists(files: TlsFiles) -> list[tuple[datetime, datetime]]:
    if files.revocations is None:
        return []
    pieces = files.revocations.read_bytes().split(_END)[:-1]
    lists = [x509.load_pem_x509_crl(piece.lstrip() + _END) for piece in pieces]
    return [(each.last_update_utc, each.next_update_utc or each.last_update_utc) for each in lists]


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]
