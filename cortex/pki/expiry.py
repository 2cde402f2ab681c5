# SPDX-License-Identifier: Apache-2.0
"""How long what a service holds has to live: its certificate, and the lists of revocations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cortex.boot.tls.spiffe import spiffe_id_in
from cortex.pki.errors import CertificateMustBeOurs, refused
from cortex.pki.holding import Holding
from cortex.secrets.sealed.private_file import read_private

_END = b"-----END X509 CRL-----"


@dataclass(frozen=True, slots=True)
class Expiry:
    """What ends first, and whether it should have been renewed by now."""

    spiffe_id: str
    what: str
    ends_at: datetime
    is_due: bool


def expiry_of(*, holding: Holding, at: datetime) -> Expiry:
    """Return what ends first; raises CertificateMustBeOurs for a key that does not fit.

    A certificate is due with a third of its life left: two more tries fit before it ends.
    """
    certificate = holding.certificate()
    if _public(certificate.public_key()) != _public(holding.key().public_key()):
        what = str(holding.directory)
        raise refused(CertificateMustBeOurs, what, expected="a certificate of the key beside it")
    spans = [("certificate", certificate.not_valid_before_utc, certificate.not_valid_after_utc)]
    spans += [("list of revocations", *span) for span in _lists(holding)]
    what, _, ends_at = min(spans, key=lambda span: span[2])
    is_due = any(end - at < (end - start) / 3 for _, start, end in spans)
    return Expiry(spiffe_id_in(certificate) or "", what, ends_at, is_due)


def _lists(holding: Holding) -> list[tuple[datetime, datetime]]:
    if not holding.revoked_path.exists():
        return []
    pieces = read_private(holding.revoked_path).split(_END)[:-1]
    lists = [x509.load_pem_x509_crl(piece.lstrip() + _END) for piece in pieces]
    return [
        (each.last_update_utc, each.next_update_utc or each.last_update_utc + timedelta()) for each in lists
    ]


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]
