# SPDX-License-Identifier: Apache-2.0
"""Two roots at once, while one takes the place of the other: services believe both, the new one signs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cortex.pki.errors import AuthorityMustBeThere, refused
from cortex.pki.issued import Answer, Authority, Issued
from cortex.pki.keys import PublicKey
from cortex.pki.names import Names


@dataclass(frozen=True, slots=True)
class Succession:
    """An authority that signs, beside one whose certificates still count."""

    successor: Authority
    predecessor: Authority

    @property
    def trust_domain(self) -> str:
        """Return what ids begin with; it stays the same."""
        return self.successor.trust_domain

    def issue(self, *, key: PublicKey, request: bytes, names: Names, life: timedelta, at: datetime) -> Answer:
        """Let the new one sign."""
        return self.successor.issue(key=key, request=request, names=names, life=life, at=at)

    def revoke(self, *, serial: str, at: datetime) -> Issued:
        """Take back what the new one signed; the old one takes back its own."""
        return self.successor.revoke(serial=serial, at=at)

    def issued(self) -> list[Issued]:
        """Return what either issued, so that a certificate of the old one is renewed by the new one."""
        return [*self.successor.issued(), *self.predecessor.issued()]

    def revocations(self, *, at: datetime) -> bytes:
        """Return the lists of both."""
        return self.successor.revocations(at=at) + self.predecessor.revocations(at=at)

    def trusted(self) -> bytes:
        """Return the authorities of both."""
        return self.successor.trusted() + self.predecessor.trusted()


def succession(*, successor: Authority, predecessor: Authority) -> Succession:
    """Return both; raises AuthorityMustBeThere for a predecessor of another trust domain."""
    if successor.trust_domain != predecessor.trust_domain:
        raise refused(
            AuthorityMustBeThere,
            f"Authority of {predecessor.trust_domain}",
            expected=f"one of {successor.trust_domain}",
            remedy="Name the directory of the root that this one replaces.",
        )
    return Succession(successor, predecessor)
