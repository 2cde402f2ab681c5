# SPDX-License-Identifier: Apache-2.0
"""How old the newest backup is, and the newest restore that was found equal, for probes and checks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cortex.backups.models import Backup, Verification
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBackup:
    """A backup that was written whole; `doubt_count` counts what contradicted itself in it."""

    id: UUID
    taken_at: datetime
    doubt_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRestore:
    """A restore whose rows, trial balances and root of the log were those of its backup."""

    id: UUID
    verified_at: datetime
    backup_taken_at: datetime
    report_digest: str


@transactional
def newest_backup() -> TakenBackup | None:
    """Return the newest backup, None before the first."""
    found = Backup.objects.order_by("-taken_at").first()
    if found is None:
        return None
    return TakenBackup(id=found.id, taken_at=found.taken_at, doubt_count=found.doubt_count)


@transactional
def newest_verified_restore() -> VerifiedRestore | None:
    """Return the newest comparison that found nothing, None before the first."""
    found = Verification.objects.filter(is_equal=True).order_by("-verified_at").first()
    if found is None:
        return None
    return VerifiedRestore(
        id=found.id,
        verified_at=found.verified_at,
        backup_taken_at=found.backup_taken_at,
        report_digest=found.report_digest,
    )


@transactional
def first_backup_at() -> datetime | None:
    """Return when the first backup was taken."""
    return Backup.objects.order_by("taken_at").values_list("taken_at", flat=True).first()
