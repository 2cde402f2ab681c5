# SPDX-License-Identifier: Apache-2.0
"""`report_key [--key-version NUMBER]`: print the public key that signed reports are checked with."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing


@asks_nothing("it prints a public key")
class Command(ScopedCommand):
    """Print a public key in PEM, for those who check reports elsewhere."""

    help = "Print the public key that signed reports are checked with, in PEM."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the version."""
        parser.add_argument(
            "--key-version",
            type=int,
            metavar="NUMBER",
            help="as the signature names it (default: the latest)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        from apps.accounting.services.verify_report import report_key  # noqa: PLC0415 - loads cryptography

        self.stdout.write(report_key(version=options["key_version"]), ending="")
