# SPDX-License-Identifier: Apache-2.0
"""`backup --out FILE --recipient age1…`: the whole database, sealed, with what proves a restore of it."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from cortex.backups.actions import TAKE
from cortex.container.commands import ScopedCommand
from cortex.identity.console import file_written_whole
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

CONSOLE = Principal.service("console")


@asks(TAKE)
class Command(ScopedCommand):
    """Take a backup of the database that DATABASE_ADMIN_URL names."""

    help = "Take a backup, sealed for the recipients; what it measures is compared by `verify-restore`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and who may restore it."""
        parser.add_argument("--out", required=True, metavar="FILE")
        parser.add_argument(
            "--recipient",
            required=True,
            action="append",
            metavar="age1…",
            help="who may restore it: the public half of an identity of age; may be given again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it, and print what was measured."""
        # They load cryptography, which other commands do not wait for.
        from cortex.backups.archive import parse_recipient  # noqa: PLC0415
        from cortex.backups.take_backup import take_backup  # noqa: PLC0415

        recipients = [parse_recipient(text) for text in options["recipient"]]
        out = file_written_whole(options["out"])
        contents = take_backup(out=out, recipients=recipients, taken_by=CONSOLE)
        doubts = [f"{name}: {doubt}" for name, each in contents.measured.items() for doubt in each.doubts]
        for doubt in doubts:
            self.stderr.write(f"DOUBT {doubt}")
        rows = sum(map(int, contents.measured["tables"].values.values()))
        self.stdout.write(
            f"{options['out']}: {contents.database} with {rows} rows, {contents.taken_at:%FT%TZ}"
        )
        if doubts:
            sys.exit(1)
