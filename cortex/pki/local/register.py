# SPDX-License-Identifier: Apache-2.0
"""What this authority issued and took back: one JSON file, replaced as a whole under the authority's lock."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cortex.pki.errors import AuthorityMustBeThere, CertificateMustBeKnown, refused
from cortex.pki.issued import Issued
from cortex.secrets.sealed.private_file import read_private, replace_private

# So long after its end a certificate is forgotten; nobody would take it anyway.
KEPT = timedelta(days=30)
_INSTANTS = ("starts_at", "ends_at", "revoked_at")


@dataclass(frozen=True, slots=True)
class Register:
    """The file, and its lines, the oldest first."""

    path: Path

    def lines(self) -> list[Issued]:
        """Return what was issued; raises AuthorityMustBeThere for a file that is none of ours."""
        try:
            return [_line(each) for each in json.loads(read_private(self.path))]
        except (ValueError, TypeError, KeyError):
            raise refused(
                AuthorityMustBeThere, str(self.path), expected="a register of certificates"
            ) from None

    def create(self) -> None:
        """Write an empty one."""
        self._write([])

    def add(self, issued: Issued, *, at: datetime) -> None:
        """Add a line, and forget those that ended long ago."""
        kept = [each for each in self.lines() if each.ends_at > at - KEPT]
        self._write([*kept, issued])

    def revoke(self, *, serial: str, at: datetime) -> Issued:
        """Mark a line as revoked, the first time for ever; raises CertificateMustBeKnown."""
        lines = self.lines()
        found = next((each for each in lines if each.serial == serial), None)
        if found is None:
            raise refused(
                CertificateMustBeKnown, f"Certificate {serial[:64]}", expected="one of `cortex pki list`"
            )
        revoked = replace(found, revoked_at=found.revoked_at or at)
        self._write([revoked if each is found else each for each in lines])
        return revoked

    def _write(self, lines: Sequence[Issued]) -> None:
        documents = [
            asdict(each) | {name: _text(getattr(each, name)) for name in _INSTANTS} for each in lines
        ]
        replace_private(self.path, json.dumps(documents, indent=0).encode())


def _line(document: dict[str, str | None]) -> Issued:
    instants = {name: datetime.fromisoformat(text) for name in _INSTANTS if (text := document[name])}
    return Issued(serial=str(document["serial"]), spiffe_id=str(document["spiffe_id"]), **instants)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
