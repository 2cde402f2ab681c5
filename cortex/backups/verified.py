# SPDX-License-Identifier: Apache-2.0
"""What a comparison of a restored database with its backup found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from cortex.backups.measures import Measured
from cortex.backups.report import Contents, Differing
from cortex.canonical_json import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a comparison found; `doubts` contradict themselves in the restored database alone."""

    id: UUID
    contents: Contents
    got: dict[str, Measured]
    differences: Sequence[Differing]
    doubts: Sequence[str]

    @property
    def is_equal(self) -> bool:
        """Tell whether the restored books are those of the backup, and prove themselves."""
        return not self.differences and not self.doubts

    @property
    def result(self) -> str:
        """Return the verdict in a word."""
        return "equal" if self.is_equal else "different"

    def report(self) -> bytes:
        """Return what was expected and found, in canonical JSON (RFC 8785); the log holds its SHA-256."""
        return canonical_json(
            {
                "id": str(self.id),
                "backup_taken_at": self.contents.taken_at.isoformat(),
                "backup": self.contents.digest,
                "result": self.result,
                "differences": [asdict(each) for each in self.differences],
                "doubts": list(self.doubts),
            }
        )
