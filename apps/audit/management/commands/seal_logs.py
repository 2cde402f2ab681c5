# SPDX-License-Identifier: Apache-2.0
"""`seal_logs [FILE …]`: seal what processes of this machine wrote, for machines that no schedule reaches."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.audit.domain.custody.errors import LogsMustBeNamed
from apps.audit.domain.policy_names import SEAL_SEGMENT
from apps.audit.services.custody.seal_logs import seal_logs
from cortex.identity.console import ConsoleCommand
from cortex.ports.asking import asks


@asks(SEAL_SEGMENT)
class Command(ConsoleCommand):
    """Print how many segments were sealed; a timer of each machine calls it every minute."""

    help = (
        "Seal the logs of this machine that LOG_CUSTODY_FILES names, or these. For a timer of each machine: "
        "the schedule's call reaches one of them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files and who acts."""
        self.add_actor(parser)
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Seal and tell."""
        paths = files or [Path(name) for name in settings.LOG_CUSTODY_FILES]
        if not paths:
            raise LogsMustBeNamed
        count = seal_logs(paths=paths, sealed_by=self.principal(options["acting_user"]))
        self.stdout.write(
            "another process of this machine seals" if count is None else f"{count} segments sealed"
        )
