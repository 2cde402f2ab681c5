# SPDX-License-Identifier: Apache-2.0
"""What a service holds: its key, its certificate, whom it believes, and what those took back.

    key.pem  certificate.pem  trust.pem  revoked.pem

Each file is replaced as a whole. A renewal keeps the key, so that no reader meets a key and a certificate
that do not fit; a new key comes with a new certificate of `cortex pki issue`.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from cortex.boot.tls.contexts import TlsFiles
from cortex.pki.errors import CertificateMustBeOurs, FilesMustBeWritable, refused
from cortex.pki.keys import PrivateKey, key_of, key_pem
from cortex.secrets.sealed.private_file import read_private, replace_private


@dataclass(frozen=True, slots=True)
class Holding:
    """The files of one service."""

    directory: Path

    @property
    def key_path(self) -> Path:
        """Return where the key lies; it never leaves this machine."""
        return self.directory / "key.pem"

    @property
    def certificate_path(self) -> Path:
        """Return where the certificate and its chain lie."""
        return self.directory / "certificate.pem"

    @property
    def trust_path(self) -> Path:
        """Return where the authorities lie."""
        return self.directory / "trust.pem"

    @property
    def revoked_path(self) -> Path:
        """Return where the lists of revoked certificates lie."""
        return self.directory / "revoked.pem"

    @property
    def files(self) -> TlsFiles:
        """Return them as contexts take them; raises FileMustBePrivate for a key that others may read."""
        read_private(self.key_path)
        revocations = self.revoked_path if self.revoked_path.exists() else None
        return TlsFiles(self.certificate_path, self.key_path, self.trust_path, revocations)

    def keep_key(self, key: PrivateKey) -> None:
        """Write the key; raises FilesMustBeWritable."""
        self._write(self.key_path, key_pem(key))

    def keep_certificate(self, chain: bytes) -> None:
        """Write the certificate with its chain; raises FilesMustBeWritable."""
        self._write(self.certificate_path, chain)

    def keep_trust(self, *, trusted: bytes, revocations: bytes) -> None:
        """Write whom to believe, and what they took back: first whom, since a list needs its authority."""
        self._write(self.trust_path, trusted)
        self._write(self.revoked_path, revocations)

    def key(self) -> PrivateKey:
        """Return the key; raises FileMustBePrivate, CertificateMustBeOurs."""
        return key_of(read_private(self.key_path))

    def certificate(self) -> x509.Certificate:
        """Return the certificate without its chain; raises FileMustBePrivate, CertificateMustBeOurs."""
        try:
            return x509.load_pem_x509_certificates(read_private(self.certificate_path))[0]
        except ValueError:
            raise refused(
                CertificateMustBeOurs, str(self.certificate_path), expected="a certificate in PEM"
            ) from None

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_private(path, content)
        except OSError as error:
            got = error.strerror or "an error"
            raise refused(FilesMustBeWritable, str(path), expected="a place to write to", got=got) from error
