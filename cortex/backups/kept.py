# SPDX-License-Identifier: Apache-2.0
"""The directory of the schedule: a file for each backup, and an end for each file.

A backup outlives what is erased after it. So it ends, and an older one is not restored by accident.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from cortex.backups.actions import END, TAKE
from cortex.backups.archive import parse_recipient
from cortex.backups.take_backup import take_backup
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.identity.console import file_written_whole
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_logger = structlog.get_logger(__name__)
_NAME = "cortex-%Y%m%dT%H%M%SZ.age"
_DIRECTORY = "backups.directory"


def keep_backups(
    *, directory: Path | None, recipients: tuple[str, ...], kept_days: int, kept_by: Principal
) -> Path | None:
    """Take a backup into the directory, end those that are older than they may be, return the new file.

    Without a directory nothing is done. An old one ends only after the new one is whole.
    Raises: what `take_backup` raises, BackupKeyMustBeReadable, FileMustBeWritable.
    """
    for action in (TAKE, END):
        get(Authorizer).require(principal=kept_by, action=action, company_id=None)
    if directory is None:
        return None
    now = get(Clock).now()
    path = directory / now.astimezone(UTC).strftime(_NAME)
    keys = [parse_recipient(text) for text in recipients]
    contents = take_backup(out=file_written_whole(str(path)), recipients=keys, taken_by=kept_by)
    for name, each in contents.measured.items():
        for doubt in each.doubts:
            _logger.error("backup_contradicts_itself", file=path.name, measure=name, doubt=doubt)
    end_old_backups(directory=directory, before=now - timedelta(days=kept_days), ended_by=kept_by)
    return path


def end_old_backups(*, directory: Path, before: datetime, ended_by: Principal) -> list[str]:
    """Delete files of the schedule that were taken before this instant, log it, and return their names."""
    get(Authorizer).require(principal=ended_by, action=END, company_id=None)
    old = sorted(path for taken_at, path in _files(directory) if taken_at < before)
    names = [path.name for path in old]
    if names:
        # Before they go: what is cut short in between ends again, and nothing ends untold.
        _log(names, ended_by=ended_by)
    for path in old:
        path.unlink(missing_ok=True)
    return names


def _files(directory: Path) -> Iterator[tuple[datetime, Path]]:
    """Yield the files that the schedule has named, and no others."""
    for path in directory.iterdir():
        try:
            yield datetime.strptime(path.name, _NAME).replace(tzinfo=UTC), path
        except ValueError:
            continue


@transactional
def _log(names: list[str], *, ended_by: Principal) -> None:
    record = AuditRecord(
        verb="backups.backup.ended",
        object_type=_DIRECTORY,
        object_id=uuid7(),
        digest=canonical_digest(names),
    )
    get(AuditLog).append(company_id=None, actor=ended_by, records=[record])
