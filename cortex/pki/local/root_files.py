# SPDX-License-Identifier: Apache-2.0
"""The root of an installation on disk: its certificate in the open, its key sealed.

root.pem  root.key.age    the root, and its key, sealed for an identity that is elsewhere
root.crl.pem              what the root took back: signed with its key, so the list lives as long as an
                          issuing authority does
trust-domain              what ids of this installation begin with
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cortex.boot.tls.spiffe import spiffe_id
from cortex.pki.errors import AuthorityMustBeNew, AuthorityMustBeThere, refused
from cortex.pki.keys import PublicKey, new_key
from cortex.pki.local.certificates import (
    ISSUING_LIFE,
    issuing_certificate,
    revocation_list,
    root_certificate,
)
from cortex.pki.local.root import open_root_key, seal_root_key
from cortex.secrets.sealed.private_file import read_private, replace_private


@dataclass(frozen=True, slots=True)
class RootFiles:
    """The files of one directory."""

    directory: Path

    @property
    def is_there(self) -> bool:
        """Return whether there is a root, or half of one."""
        return any((self.directory / name).exists() for name in ("root.pem", "root.key.age"))

    @property
    def trust_domain(self) -> str:
        """Return what ids begin with; raises FileMustBePrivate."""
        return read_private(self.directory / "trust-domain").decode()

    def create(self, *, trust_domain: str, identity_path: Path, at: datetime) -> None:
        """Make the root; raises AuthorityMustBeNew, and what sealing raises."""
        spiffe_id(trust_domain=trust_domain, service="root")
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.is_there:
            remedy = "Take another directory."
            what = str(self.directory)
            raise refused(AuthorityMustBeNew, what, expected="no authority", got="one", remedy=remedy)
        key = new_key()
        seal_root_key(key=key, path=self.directory / "root.key.age", identity_path=identity_path)
        replace_private(self.directory / "trust-domain", trust_domain.encode())
        certificate = root_certificate(key=key, trust_domain=trust_domain, at=at)
        replace_private(self.directory / "root.pem", certificate.public_bytes(Encoding.PEM))

    def require(self) -> None:
        """Raise AuthorityMustBeThere without a root."""
        if not self.is_there:
            remedy = "Make one with `cortex pki init`."
            raise refused(AuthorityMustBeThere, str(self.directory), expected="an authority", remedy=remedy)

    def certificate_pem(self) -> bytes:
        """Return the certificate."""
        return read_private(self.directory / "root.pem")

    def revocations(self) -> bytes:
        """Return the root's list."""
        return read_private(self.directory / "root.crl.pem")

    def sign_issuing(self, *, key: PublicKey, identity_path: Path, at: datetime) -> x509.Certificate:
        """Return an issuing authority for this key, and renew the root's list while its key is open."""
        root = x509.load_pem_x509_certificate(self.certificate_pem())
        root_key = open_root_key(path=self.directory / "root.key.age", identity_path=identity_path)
        revoked = revocation_list(issuer=root, key=root_key, revoked=(), at=at, life=ISSUING_LIFE)
        replace_private(self.directory / "root.crl.pem", revoked.public_bytes(Encoding.PEM))
        return issuing_certificate(
            key=key, root=root, root_key=root_key, trust_domain=self.trust_domain, at=at
        )
