# SPDX-License-Identifier: Apache-2.0
"""What was found of one version of a pack in a period, as the log knew it at one point in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.domain.compliance.by_hand import Performed
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.posture import Granted, Posture, Seen, posture_of
from apps.audit.domain.compliance.probe import Status
from apps.audit.domain.compliance.run_document import KeptRun


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedRun:
    """A run with its place in the log, by which runs of one instant are ordered."""

    kept: KeptRun
    leaf_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A pack with its signature, the runs that tell of the period, and the instant controls are judged at."""

    pack: Pack
    pack_id: UUID
    note: str
    runs: Sequence[AssessedRun]
    exceptions: Sequence[Granted]
    start: datetime
    end: datetime
    performed: Sequence[Performed] = ()

    @property
    def newest(self) -> Mapping[str, Seen]:
        """Return the newest result of each check, up to the end."""
        found: dict[str, tuple[tuple[datetime, int], Seen]] = {}
        for run in self.runs:
            for result in run.kept.results:
                order = (result.checked_at, run.leaf_index)
                known = found.get(result.check_id)
                if result.checked_at <= self.end and (known is None or known[0] < order):
                    seen = Seen(
                        check_id=result.check_id,
                        status=Status(result.status),
                        reason=result.reason,
                        checked_at=result.checked_at,
                        evidence=result.evidence,
                        digest=result.digest,
                        result_id=run.kept.id,
                        run_id=run.kept.id,
                    )
                    found[result.check_id] = (order, seen)
        return {name: seen for name, (_, seen) in found.items()}

    @property
    def posture(self) -> Posture:
        """Return how each control stood at the end."""
        known = [each for each in self.performed if each.recorded_at <= self.end]
        return posture_of(
            self.pack, seen=self.newest, exceptions=self.exceptions, now=self.end, performed=known
        )
