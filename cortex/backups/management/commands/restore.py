# SPDX-License-Identifier: Apache-2.0
"""`restore FILE --identity KEY --database NAME`: a backup into a new database."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from cortex.backups.files import BackupFile
from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing


@asks_nothing(
    "An empty database has no policies: whoever has the administrator's password may do everything."
)
class Command(ScopedCommand):
    """Restore a backup into an empty database of the server that DATABASE_ADMIN_URL names."""

    help = "Restore a backup into a provisioned and empty database; then run `verify-restore`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, what opens it, and where it goes."""
        BackupFile.add_arguments(parser)
        parser.add_argument(
            "--old", action="store_true", help="also one that is older than BACKUP_KEPT_DAYS: erase again!"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it; progress is told beside the output."""
        from cortex.backups.restore_backup import restore_backup  # noqa: PLC0415 - it loads cryptography

        with BackupFile.of(options).opened() as (archive, identities):
            restore_backup(
                archive=archive,
                identities=identities,
                database=options["database"],
                say=self.stderr.write,
                kept_days=None if options["old"] else settings.BACKUP_KEPT_DAYS,
            )
        self.stdout.write(f"{options['database']}: restored. Compare it: cortex verify-restore …")
