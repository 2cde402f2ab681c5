# SPDX-License-Identifier: Apache-2.0
"""What is kept of a backup and of a comparison: a row and a leaf, in one transaction."""

import hashlib
from collections.abc import Mapping

from cortex.backups.archive import Written
from cortex.backups.measures import Measured, is_public
from cortex.backups.models import Backup, Verification
from cortex.backups.report import Contents
from cortex.backups.verified import Verified
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

BACKUP, RESTORE = "backups.backup", "backups.restore"
DIGEST = "SHA-256 of all"


def kept(measured: Mapping[str, Measured]) -> dict[str, dict[str, str]]:
    """Return, by measure, a digest of all its values, and the values themselves where they are public."""
    return {
        name: {
            DIGEST: canonical_digest(dict(each.values)),
            **(dict(each.values) if is_public(name) else {}),
        }
        for name, each in measured.items()
    }


@transactional
def record_backup(*, contents: Contents, written: Written, taken_by: Principal) -> Backup:
    """Store that a backup was written whole, and log it."""
    backup = Backup.objects.create(
        id=uuid7(),
        taken_at=contents.taken_at,
        taken_by=taken_by.urn,
        database=contents.database,
        digest=contents.digest,
        file_digest=written.digest,
        file_bytes=written.bytes,
        measured=kept(contents.measured),
        doubt_count=sum(len(each.doubts) for each in contents.measured.values()),
    )
    record = AuditRecord(
        verb="backups.backup.taken", object_type=BACKUP, object_id=backup.id, digest=contents.digest
    )
    get(AuditLog).append(company_id=None, actor=taken_by, records=[record])
    return backup


@transactional
def record_verification(*, verified: Verified, database: str, verified_by: Principal) -> None:
    """Store what a comparison found, and log it with the digest of its report."""
    digest = hashlib.sha256(verified.report()).hexdigest()
    Verification.objects.create(
        id=verified.id,
        verified_at=get(Clock).now(),
        verified_by=verified_by.urn,
        database=database,
        backup_digest=verified.contents.digest,
        backup_taken_at=verified.contents.taken_at,
        is_equal=verified.is_equal,
        expected=kept(verified.contents.measured),
        got=kept(verified.got),
        difference_count=len(verified.differences),
        doubt_count=len(verified.doubts),
        report_digest=digest,
    )
    record = AuditRecord(
        verb="backups.restore.verified" if verified.is_equal else "backups.restore.differed",
        object_type=RESTORE,
        object_id=verified.id,
        digest=digest,
    )
    get(AuditLog).append(company_id=None, actor=verified_by, records=[record])
