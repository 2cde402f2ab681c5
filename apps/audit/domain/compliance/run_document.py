# SPDX-License-Identifier: Apache-2.0
"""What a run of checks fixes in the log: the digest of its leaf is over this document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.audit.domain.compliance.instants import instant_text
from cortex.canonical_json import canonical_json

# Runs of format 1 fixed neither times nor reasons, nor the run before; those of format 2 no register.
FORMAT, WITHOUT_REGISTER = 3, 2
CHAINED = (WITHOUT_REGISTER, FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResult:
    """What one check found. `evidence` is the exact text that `digest` is the SHA-256 of."""

    check_id: str
    probe: str
    status: str
    reason: str
    evidence: str
    digest: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """One run over checks of a pack. `previous` is the digest of the pack's run before.

    `register` is what was recorded for the installation by then, None of runs that are older than it.
    """

    id: UUID
    pack_name: str
    pack_version: str
    pack_digest: str
    previous: str | None
    started_at: datetime
    finished_at: datetime
    results: Sequence[KeptResult]
    register: Mapping[str, Any] | None = None

    @property
    def format(self) -> int:
        """Return the format of the document."""
        return WITHOUT_REGISTER if self.register is None else FORMAT

    @property
    def document(self) -> bytes:
        """Return the canonical JSON; results are sorted by check, so that one run has one document."""
        return canonical_json(
            {
                "v": self.format,
                "run": str(self.id),
                "pack": self.pack_name,
                "version": self.pack_version,
                "sha256": self.pack_digest,
                "previous": self.previous,
                "started_at": instant_text(self.started_at),
                "finished_at": instant_text(self.finished_at),
                "results": [_told(each) for each in sorted(self.results, key=lambda one: one.check_id)],
                **({} if self.register is None else {"register": dict(self.register)}),
            }
        )


def _told(result: KeptResult) -> dict[str, Any]:
    return {
        "check": result.check_id,
        "probe": result.probe,
        "status": result.status,
        "reason": result.reason,
        "evidence": result.digest,
        "checked_at": instant_text(result.checked_at),
    }
