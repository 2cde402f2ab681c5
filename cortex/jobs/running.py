# SPDX-License-Identifier: Apache-2.0
"""A job as its own work sees it: input, files, progress, and the wish that it stop."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cortex.jobs.errors import JobInputFileMustExist
from cortex.jobs.progress import report_progress
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage

REPORT_INTERVAL_SECONDS = 1.0


@dataclass(kw_only=True)
class RunningJob:
    """Handed to the work of a kind."""

    id: UUID
    company_id: UUID
    principal: Principal
    input: Mapping[str, Any]
    files: Mapping[str, UUID]
    claim: UUID
    _reported_at: float = field(default=0.0, repr=False)

    def read_file(self, name: str) -> bytes:
        """Return the bytes of an input file; raises JobInputFileMustExist."""
        if name not in self.files:
            raise JobInputFileMustExist(
                f"Job {self.id}: expected an input file {name}, got {', '.join(self.files) or 'none'}.",
                evidence={"object": "job", "expected": name, "got": sorted(self.files)},
            )
        return get(Storage).read(company_id=self.company_id, file_id=self.files[name])

    def progress(self, *, done: int, total: int | None = None, message: str = "") -> None:
        """Tell watchers how far the work is, at most once a second; call it as often as convenient.

        Raises: JobCancelled, JobLost; let them pass.
        """
        now = time.monotonic()
        is_last = total is not None and done >= total
        if now - self._reported_at < REPORT_INTERVAL_SECONDS and not is_last:
            return
        self._reported_at = now
        report_progress(
            company_id=self.company_id,
            job_id=self.id,
            claim=self.claim,
            done=done,
            total=total,
            message=message,
        )
