# SPDX-License-Identifier: Apache-2.0
"""What an authority answers, and what it remembers of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509

from cortex.boot.tls.spiffe import spiffe_id_in
from cortex.pki.errors import LifeMustBeShort, refused
from cortex.pki.keys import PublicKey
from cortex.pki.names import Names

LIFE_USUAL = timedelta(hours=24)
LIFE_MAX = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate as the register knows it. `serial` is lower-case hexadecimal, as OpenSSL prints it."""

    serial: str
    spiffe_id: str
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A certificate with the authorities between it and the root, in PEM, and its line of the register."""

    chain: bytes
    issued: Issued


class Authority(Protocol):
    """Signs, revokes and lists: of files on this machine, or of a vault."""

    @property
    def trust_domain(self) -> str:
        """What ids begin with."""
        ...

    def issue(self, *, key: PublicKey, request: bytes, names: Names, life: timedelta, at: datetime) -> Answer:
        """Return a certificate for a key; raises LifeMustBeShort, and what the keeper raises."""
        ...

    def revoke(self, *, serial: str, at: datetime) -> Issued:
        """Take it back, once for all; raises CertificateMustBeKnown."""
        ...

    def issued(self) -> list[Issued]:
        """Return what was issued and has not long ended, the newest first."""
        ...

    def revocations(self, *, at: datetime) -> bytes:
        """Return what is revoked, signed anew, in PEM."""
        ...

    def trusted(self) -> bytes:
        """Return the authorities that services must believe, in PEM."""
        ...


def issued_of(certificate: x509.Certificate) -> Issued:
    """Return the register's line of a certificate."""
    return Issued(
        serial=f"{certificate.serial_number:x}",
        spiffe_id=spiffe_id_in(certificate) or "",
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
    )


def require_short(life: timedelta) -> None:
    """Raise LifeMustBeShort for a life that no certificate of ours has."""
    if not timedelta(minutes=1) <= life <= LIFE_MAX:
        raise refused(
            LifeMustBeShort,
            f"Life of {life.total_seconds() / 3600:g} hours",
            expected=f"one minute to {LIFE_MAX.days} days",
        )
