# SPDX-License-Identifier: Apache-2.0
"""The `pki` engine of OpenBao or HashiCorp Vault as the issuing authority, under a root of our own.

Keys of issuing authorities never leave the vault; the root stays a sealed file, as for an authority of files.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hvac
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hvac import exceptions

from cortex.pki.errors import AuthorityMustBeThere, CertificateMustBeKnown, refused
from cortex.pki.issued import LIFE_MAX, Answer, Issued, issued_of, require_short
from cortex.pki.keys import PublicKey
from cortex.pki.local.root_files import RootFiles
from cortex.pki.names import Names
from cortex.secrets.vault.session import VaultSession

ISSUING_LIFE_HOURS = 365 * 24
LIST_MAX = 1000


@dataclass(frozen=True, slots=True)
class VaultAuthority:
    """A mount and a role of the engine; `root` holds what the vault does not."""

    session: VaultSession
    root: RootFiles
    mount: str = "pki"
    role: str = "cortex-service"

    @property
    def trust_domain(self) -> str:
        """Return the part of ids before the service."""
        return self.root.trust_domain

    def issue(self, *, key: PublicKey, request: bytes, names: Names, life: timedelta, at: datetime) -> Answer:
        """Let the engine sign; its role says which names and lives there may be."""
        require_short(life)
        wanted = {
            "uri_sans": names.spiffe_id,
            "alt_names": ",".join(names.dns),
            "ip_sans": ",".join(map(str, names.addresses)),
            "ttl": f"{int(life.total_seconds())}s",
        }
        answer = self._ask(
            lambda client: client.secrets.pki.sign_certificate(
                self.role, request.decode(), names.service, extra_params=wanted, mount_point=self.mount
            ),
            what=f"sign with {self.mount}/sign/{self.role}",
        )
        certificate = x509.load_pem_x509_certificate(answer["certificate"].encode())
        issuing = x509.load_pem_x509_certificate(answer["issuing_ca"].encode())
        return Answer(_pem(certificate) + _pem(issuing), issued_of(certificate))

    def revoke(self, *, serial: str, at: datetime) -> Issued:
        """Take it back; the engine signs a new list at once."""
        try:
            self._ask(
                lambda client: client.secrets.pki.revoke_certificate(_colons(serial), mount_point=self.mount),
                what=f"revoke with {self.mount}/revoke",
            )
        except (exceptions.InvalidPath, exceptions.InvalidRequest, ValueError):
            what = f"Certificate {serial[:64]}"
            raise refused(CertificateMustBeKnown, what, expected="one of `cortex pki list`") from None
        return self._read(_colons(serial))

    def issued(self) -> list[Issued]:
        """Return certificates of services, the newest first; those of authorities have no SPIFFE id."""
        try:
            serials = self._ask(
                lambda client: client.secrets.pki.list_certificates(mount_point=self.mount),
                what=f"list {self.mount}/certs",
            )["keys"]
        except exceptions.InvalidPath:
            return []
        found = [self._read(serial) for serial in serials[-LIST_MAX:]]
        return sorted(
            (each for each in found if each.spiffe_id), key=lambda each: each.starts_at, reverse=True
        )

    def revocations(self, *, at: datetime) -> bytes:
        """Return the list of each issuing authority, and the root's."""
        lists = [
            self._ask(
                lambda client, ref=ref: client.read(f"{self.mount}/issuer/{ref}/crl"),
                what=f"read {self.mount}/issuer/{ref}/crl",
            )["crl"].encode()
            for ref in self._issuers()
        ]
        return b"".join(_with_newline(each) for each in lists) + self.root.revocations()

    def trusted(self) -> bytes:
        """Return the root and every issuing authority."""
        issuing = [
            self._ask(
                lambda client, ref=ref: client.secrets.pki.read_issuer(ref, mount_point=self.mount),
                what=f"read {self.mount}/issuer/{ref}",
            )["certificate"].encode()
            for ref in self._issuers()
        ]
        return self.root.certificate_pem() + b"".join(map(_with_newline, issuing))

    def prepare(self, *, identity_path: Path, at: datetime) -> x509.Certificate:
        """Let the vault make a key, and sign it with the root; the first one signs at once."""
        is_first = not self._issuers()
        request = self._ask(
            lambda client: client.secrets.pki.generate_intermediate(
                "internal",
                f"{self.trust_domain} issuing",
                extra_params={"key_type": "ec", "key_bits": 256},
                mount_point=self.mount,
            ),
            what=f"generate an authority in {self.mount}",
        )["csr"]
        key = x509.load_pem_x509_csr(request.encode()).public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - asked for above
        certificate = self.root.sign_issuing(key=key, identity_path=identity_path, at=at)
        chain = _pem(certificate) + self.root.certificate_pem()
        self._ask(
            lambda client: client.secrets.pki.set_signed_intermediate(chain.decode(), mount_point=self.mount),
            what=f"set the authority of {self.mount}",
        )
        if is_first:
            self._furnish(certificate)
        return certificate

    def change_over(self) -> x509.Certificate:
        """Let the newest authority sign."""
        issuers = {ref: self._issuer(ref) for ref in self._issuers()}
        ref, newest = max(issuers.items(), key=lambda item: item[1].not_valid_before_utc)
        self._ask(
            lambda client: client.write_data(f"{self.mount}/config/issuers", data={"default": ref}),
            what=f"write {self.mount}/config/issuers",
        )
        return newest

    def _furnish(self, issuing: x509.Certificate) -> None:
        """Say what the engine may sign: services of this trust domain, in short lives."""
        for ref in self._issuers():
            if self._issuer(ref).serial_number == issuing.serial_number:
                self._write("config/issuers", default=ref)
        self._write(
            f"roles/{self.role}",
            key_type="ec",
            key_bits=256,
            allow_any_name=True,
            enforce_hostnames=True,
            # Whoever approves says the names, never the request.
            use_csr_sans=False,
            use_csr_common_name=False,
            allow_wildcard_certificates=False,
            allowed_uri_sans=f"spiffe://{self.trust_domain}/*",
            server_flag=True,
            client_flag=True,
            max_ttl=f"{int(LIFE_MAX.total_seconds())}s",
            not_before_duration="5m",
            no_store=False,
        )
        self._write("config/crl", expiry="168h", auto_rebuild=False)

    def _write(self, path: str, **data: object) -> None:
        self._ask(
            lambda client: client.write_data(f"{self.mount}/{path}", data=data),
            what=f"write {self.mount}/{path}",
        )

    def _issuers(self) -> list[str]:
        """Return authorities of which the vault has the key: the root is one without."""
        with suppress(exceptions.InvalidPath):
            found = self._ask(
                lambda client: client.secrets.pki.list_issuers(mount_point=self.mount),
                what=f"list {self.mount}/issuers",
            )
            return sorted(ref for ref, each in found["key_info"].items() if each.get("key_id"))
        return []

    def _issuer(self, ref: str) -> x509.Certificate:
        answer = self._ask(
            lambda client: client.secrets.pki.read_issuer(ref, mount_point=self.mount),
            what=f"read {self.mount}/issuer/{ref}",
        )
        return x509.load_pem_x509_certificate(answer["certificate"].encode())

    def _read(self, serial: str) -> Issued:
        answer = self._ask(
            lambda client: client.secrets.pki.read_certificate(serial, mount_point=self.mount),
            what=f"read {self.mount}/cert",
        )
        line = issued_of(x509.load_pem_x509_certificate(answer["certificate"].encode()))
        seconds = answer.get("revocation_time") or 0
        revoked_at = datetime.fromtimestamp(seconds, UTC) if seconds else None
        return Issued(line.serial, line.spiffe_id, line.starts_at, line.ends_at, revoked_at)

    def _ask(self, work: Any, *, what: str) -> dict[str, Any]:
        def asked(client: hvac.Client) -> dict[str, Any]:
            answer = work(client)
            # What changes something may answer with nothing.
            return (answer or {}).get("data") or {} if isinstance(answer, dict) else {}

        return self.session.call(asked, what=what)


def require_engine(authority: VaultAuthority) -> None:
    """Raise AuthorityMustBeThere where the engine has no authority yet."""
    if not authority._issuers():
        raise refused(
            AuthorityMustBeThere,
            f"Vault mount {authority.mount}",
            expected="an issuing authority",
            remedy="Make one with `cortex pki --vault init`.",
        )


def _colons(serial: str) -> str:
    """Return a serial as the engine writes it: pairs of digits with colons."""
    digits = f"{int(serial, 16):x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def _with_newline(pem: bytes) -> bytes:
    return pem.rstrip(b"\n") + b"\n"


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
