# SPDX-License-Identifier: Apache-2.0
"""The daily backup, where one is configured."""

from pathlib import Path

import structlog
from celery import shared_task
from django.conf import settings

from cortex.backups.actions import END, TAKE
from cortex.errors import CortexError
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

_log = structlog.get_logger(__name__)


@shared_task(name="cortex.backups.keep", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks(TAKE, END)
def keep() -> None:
    """Take a backup and end the old ones; one that fails is told, and the probe tells of the newest's age."""
    # It loads cryptography, which other tasks do not wait for.
    from cortex.backups.kept import keep_backups  # noqa: PLC0415

    directory = settings.BACKUP_DIRECTORY
    try:
        path = keep_backups(
            directory=Path(directory) if directory else None,
            recipients=settings.BACKUP_RECIPIENTS,
            kept_days=settings.BACKUP_KEPT_DAYS,
            kept_by=Principal.service("scheduler"),
        )
    except CortexError as error:
        _log.error("backup_was_not_taken", code=error.code, reason=error.message)
        return
    if path is not None:
        _log.info("backup_was_taken", file=path.name)
