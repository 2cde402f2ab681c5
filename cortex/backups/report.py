# SPDX-License-Identifier: Apache-2.0
"""What was measured when a backup was taken, as its file holds it, and how a restored database differs."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cortex.backups.errors import BackupMustBeReadable
from cortex.backups.measures import Measured
from cortex.canonical_json import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The first part of a backup: when it was taken, of what, and what was measured in its snapshot."""

    taken_at: datetime
    database: str
    server_version: int
    # Which cluster gave transaction ids, and how far it had counted.
    system_identifier: int
    next_xid: int
    migrations: tuple[str, ...]
    measured: Mapping[str, Measured]

    def pack(self) -> bytes:
        """Return it as one line of canonical JSON (RFC 8785)."""
        found = {
            name: {"values": dict(each.values), "doubts": list(each.doubts)}
            for name, each in self.measured.items()
        }
        return canonical_json(
            {
                "taken_at": self.taken_at.isoformat(),
                "database": self.database,
                "server_version": self.server_version,
                "system_identifier": str(self.system_identifier),
                "next_xid": str(self.next_xid),
                "migrations": list(self.migrations),
                "measured": found,
            }
        )

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of that line, by which evidence names the backup."""
        return hashlib.sha256(self.pack()).hexdigest()

    @classmethod
    def parse(cls, line: bytes) -> "Contents":
        """Read such a line; raises BackupMustBeReadable."""
        try:
            read = json.loads(line)
            return cls(
                taken_at=datetime.fromisoformat(read["taken_at"]),
                database=str(read["database"]),
                server_version=int(read["server_version"]),
                system_identifier=int(read["system_identifier"]),
                next_xid=int(read["next_xid"]),
                migrations=tuple(map(str, read["migrations"])),
                measured={name: _measured(each) for name, each in read["measured"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupMustBeReadable(
                "Backup: expected what was measured when it was taken, got something else. Name another.",
                evidence={"expected": "measures", "remedy": "name another file"},
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A value that is another one than in the backup; None stands for none."""

    name: str
    expected: str | None
    got: str | None


def differences(*, expected: Mapping[str, Measured], got: Mapping[str, Measured]) -> Iterator[Differing]:
    """Yield what differs, in order of its name; a measure that only one side knows differs too."""
    before, after = _flat(expected), _flat(got)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Differing(name=name, expected=before.get(name), got=after.get(name))


def _flat(measured: Mapping[str, Measured]) -> dict[str, str]:
    return {f"{name}: {key}": value for name, each in measured.items() for key, value in each.values.items()}


def _measured(read: Mapping[str, Any]) -> Measured:
    values = {str(name): str(value) for name, value in read["values"].items()}
    return Measured(values, tuple(map(str, read["doubts"])))
