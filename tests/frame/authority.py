# SPDX-License-Identifier: Apache-2.0
"""A private authority for tests, and the four certificates that every hop must tell apart."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cortex import clock
from cortex.boot.tls.contexts import TlsFiles
from cortex.pki.holding import Holding
from cortex.pki.issuing import issue_here, keep_up_to_date
from cortex.pki.local.authority import LocalAuthority, created
from cortex.pki.names import names_of

TRUST_DOMAIN = "cortex"


def now() -> datetime:
    """Return the instant of now: servers of others have no other clock."""
    return clock.now().replace(microsecond=0)


@dataclass
class Estate:
    """An authority and the holdings of its services, in one directory of a test."""

    directory: Path
    name: str = "authority"
    authority: LocalAuthority = field(init=False)

    def __post_init__(self) -> None:
        self.authority = created(
            directory=self.directory / self.name,
            trust_domain=TRUST_DOMAIN,
            identity_path=self.identity,
            at=now(),
        )

    @property
    def identity(self) -> Path:
        return self.directory / f"{self.name}.age"

    def holding(self, service: str, *, directory: str = "", at: datetime | None = None) -> Holding:
        """Issue a certificate for a service of this machine; `at` lies back for one that has ended."""
        held = Holding(self.directory / (directory or f"{self.name}-{service}"))
        issue_here(
            authority=self.authority,
            holding=held,
            names=names_of(
                trust_domain=TRUST_DOMAIN, service=service, dns=["localhost"], addresses=["127.0.0.1"]
            ),
            at=at or now(),
        )
        return held

    def expired(self, service: str) -> Holding:
        """Return a certificate that ended a day ago."""
        held = self.holding(service, directory=f"expired-{service}", at=now() - timedelta(hours=48))
        keep_up_to_date(authority=self.authority, holding=held, at=now())
        return held

    def revoke(self, held: Holding, *, tell: tuple[Holding, ...] = ()) -> None:
        """Take a certificate back, and bring the list to these services."""
        self.authority.revoke(serial=f"{held.certificate().serial_number:x}", at=now())
        for each in tell:
            keep_up_to_date(authority=self.authority, holding=each, at=now())


def tls_files(held: Holding) -> TlsFiles:
    """Return the files as contexts take them."""
    return TlsFiles(held.certificate_path, held.key_path, held.trust_path, held.revoked_path)


def tls_environment(held: Holding) -> dict[str, str]:
    """Return the files as a process is configured with them."""
    return {
        "TLS_CERTIFICATE": str(held.certificate_path),
        "TLS_KEY": str(held.key_path),
        "TLS_AUTHORITIES": str(held.trust_path),
        "TLS_REVOCATIONS": str(held.revoked_path),
    }
