# SPDX-License-Identifier: Apache-2.0
"""`purge_tokens`: delete tokens and codes that are over, and say how far it is."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import PURGE_TOKENS
from cortex.programs.purge import BATCH, purge


@asks(PURGE_TOKENS)
class Command(ScopedCommand):
    """Delete what is over; it may be stopped and started again at any time."""

    help = "Delete OAuth2 tokens and codes that are over, in batches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many rows go at once."""
        parser.add_argument("--batch", type=int, default=BATCH, metavar="ROWS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and write a line for each batch."""
        deleted = purge(
            at=get(Clock).now(),
            purged_by=Principal.service("console"),
            batch=options["batch"],
            told=lambda name, rows: self.stdout.write(f"{name}: {rows} so far"),
        )
        for name, rows in deleted.items():
            self.stdout.write(f"{name}: {rows} deleted")
