# SPDX-License-Identifier: Apache-2.0
"""The authority of one directory; whoever changes it holds its lock.

issuing-1.pem  .key       issuing authorities; those that do not sign still say what they took back
signing                   the number of the one that signs
register.json             what was issued
"""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cortex.pki.errors import AuthorityMustBeThere, refused
from cortex.pki.issued import Answer, Issued, issued_of, require_short
from cortex.pki.keys import PrivateKey, PublicKey, key_of, key_pem, new_key
from cortex.pki.local.certificates import REVOCATIONS_LIFE, revocation_list, service_certificate
from cortex.pki.local.register import Register
from cortex.pki.local.root_files import RootFiles
from cortex.pki.names import Names
from cortex.secrets.sealed.private_file import locked, read_private, replace_private

_ISSUING = re.compile(r"issuing-(\d{1,6})\.pem")
SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class LocalAuthority:
    """Files of an authority that is there; `opened` and `created` return one."""

    directory: Path
    trust_domain: str

    def issue(self, *, key: PublicKey, request: bytes, names: Names, life: timedelta, at: datetime) -> Answer:
        """Sign with the issuing authority of now."""
        require_short(life)
        with self._locked():
            issuing, issuing_key = self._signing()
            certificate = service_certificate(
                key=key, names=names, issuing=issuing, issuing_key=issuing_key, life=life, at=at
            )
            issued = issued_of(certificate)
            self._register.add(issued, at=at)
        return Answer(_pem(certificate) + _pem(issuing), issued)

    def revoke(self, *, serial: str, at: datetime) -> Issued:
        """Mark it in the register; the next list says so."""
        with self._locked():
            return self._register.revoke(serial=serial, at=at)

    def issued(self) -> list[Issued]:
        """Return the register, the newest first."""
        return self._register.lines()[::-1]

    def revocations(self, *, at: datetime) -> bytes:
        """Return one list for each authority: readers such as PostgreSQL want the root's, too."""
        revoked = [each for each in self._register.lines() if each.revoked_at]
        lists = [
            revocation_list(issuer=issuing, key=key, revoked=revoked, at=at, life=REVOCATIONS_LIFE)
            for issuing, key in self._all_issuing()
            if issuing.not_valid_after_utc > at
        ]
        return b"".join(each.public_bytes(Encoding.PEM) for each in lists) + self.root.revocations()

    def trusted(self) -> bytes:
        """Return root and issuing authorities."""
        return self.root.certificate_pem() + b"".join(_pem(each) for each, _ in self._all_issuing())

    def prepare(self, *, identity_path: Path, at: datetime) -> x509.Certificate:
        """Make the next issuing authority; it signs nothing until `change_over`, so that all learn of it."""
        with self._locked():
            key = new_key()
            issuing = self.root.sign_issuing(key=key.public_key(), identity_path=identity_path, at=at)
            number = max(self._numbers(), default=0) + 1
            self._write(f"issuing-{number}.key", key_pem(key))
            self._write(f"issuing-{number}.pem", _pem(issuing))
        return issuing

    def change_over(self) -> x509.Certificate:
        """Let the newest authority sign; certificates of the one before stay good until they end."""
        with self._locked():
            self._write(SIGNING, str(max(self._numbers())).encode())
            return self._signing()[0]

    @property
    def root(self) -> RootFiles:
        """Return the root above."""
        return RootFiles(self.directory)

    @property
    def _register(self) -> Register:
        return Register(self.directory / "register.json")

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self.directory / "authority")

    def _signing(self) -> tuple[x509.Certificate, PrivateKey]:
        return self._issuing(int(self._read(SIGNING)))

    def _all_issuing(self) -> list[tuple[x509.Certificate, PrivateKey]]:
        return [self._issuing(number) for number in self._numbers()]

    def _issuing(self, number: int) -> tuple[x509.Certificate, PrivateKey]:
        certificate = x509.load_pem_x509_certificate(self._read(f"issuing-{number}.pem"))
        return certificate, key_of(self._read(f"issuing-{number}.key"))

    def _numbers(self) -> list[int]:
        found = (_ISSUING.fullmatch(path.name) for path in self.directory.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def _read(self, name: str) -> bytes:
        return read_private(self.directory / name)

    def _write(self, name: str, content: bytes) -> None:
        replace_private(self.directory / name, content)


def created(*, directory: Path, trust_domain: str, identity_path: Path, at: datetime) -> LocalAuthority:
    """Make root and issuing authority; raises AuthorityMustBeNew, and what sealing raises."""
    RootFiles(directory).create(trust_domain=trust_domain, identity_path=identity_path, at=at)
    authority = LocalAuthority(directory, trust_domain)
    authority._register.create()
    authority.prepare(identity_path=identity_path, at=at)
    authority.change_over()
    return authority


def opened(directory: Path) -> LocalAuthority:
    """Return the authority of a directory; raises AuthorityMustBeThere."""
    root = RootFiles(directory)
    root.require()
    if not any(map(_is_issuing, directory.iterdir())):
        remedy = "Its issuing authority is in a vault: say --vault."
        raise refused(AuthorityMustBeThere, str(directory), expected="an issuing authority", remedy=remedy)
    return LocalAuthority(directory, root.trust_domain)


def _is_issuing(path: Path) -> bool:
    return bool(_ISSUING.fullmatch(path.name))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
