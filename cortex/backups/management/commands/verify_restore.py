# SPDX-License-Identifier: Apache-2.0
"""`verify-restore FILE --identity KEY --database NAME`: is the restored database what was backed up?"""

import sys
from typing import Any

from django.core.management.base import CommandParser

from cortex.backups.actions import VERIFY
from cortex.backups.files import BackupFile
from cortex.container.commands import ScopedCommand
from cortex.identity.console import file_written_whole
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

CONSOLE = Principal.service("console")
_TOLD_MAX = 50


@asks(VERIFY)
class Command(ScopedCommand):
    """Compare a restored database with its backup; the result is logged as evidence."""

    help = "Compare a restored database with its backup: rows, trial balances and the root of the log."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, what opens it, and the database."""
        BackupFile.add_arguments(parser)
        parser.add_argument("--report", metavar="FILE", help="what was found, as the log holds its digest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare; exit with 1 and tell each difference unless both are equal."""
        from cortex.backups.verify_restore import verify_restore  # noqa: PLC0415 - it loads cryptography

        with BackupFile.of(options).opened() as (archive, identities):
            verified = verify_restore(
                archive=archive, identities=identities, database=options["database"], verified_by=CONSOLE
            )
        if options["report"]:
            with file_written_whole(options["report"]) as report:
                report.write(verified.report())
        for each in list(verified.differences)[:_TOLD_MAX]:
            self.stdout.write(f"DIFFERENT {each.name}: expected {each.expected}, got {each.got}")
        for doubt in verified.doubts:
            self.stdout.write(f"DOUBT {doubt}")
        for name, measure in verified.got.items():
            if name != "tables":
                self.stdout.writelines(f"{name}: {key}: {value}\n" for key, value in measure.values.items())
        self.stdout.write(f"{options['database']}: {verified.result}, evidence {verified.id}")
        if not verified.is_equal:
            sys.exit(1)
