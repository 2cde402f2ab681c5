# SPDX-License-Identifier: Apache-2.0
"""`verify_report REPORT SIGNATURE`: check a signed report."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.console import read_file
from cortex.ports.asking import asks_nothing

REFUSED, UNREADABLE = 1, 2


@asks_nothing("it checks files that are there already, and looks into no database")
class Command(ScopedCommand):
    """Tell whether a report is the one that was signed: 0 verified, 1 refused, 2 could not be checked."""

    help = "Check a report against its signature: 0 verified, 1 refused, 2 could not be checked."
    # It needs neither the doors of the program nor its database.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the two files and the key."""
        parser.add_argument("report", metavar="REPORT", help="the bytes as they were printed")
        parser.add_argument("signature", metavar="SIGNATURE", help="what --signature wrote")
        parser.add_argument(
            "--key", metavar="PUBLIC.pem", help="check with this public key alone (see report_key)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check it and say one sentence."""
        from apps.accounting.domain.errors import ReportMustBeTheSignedOne  # noqa: PLC0415 - as all below
        from apps.accounting.domain.report_claim import described  # noqa: PLC0415
        from apps.accounting.services.verify_report import verify_report  # noqa: PLC0415 - loads cryptography

        try:
            report, signature = read_file(options["report"]), read_file(options["signature"])
            claim = verify_report(report=report, signature=signature, key_file=options["key"])
        except ReportMustBeTheSignedOne as error:
            self._end(error, code=REFUSED)
        except CortexError as error:
            self._end(error, code=UNREADABLE)
        else:
            self.stdout.write(f"{options['report']}: verified: {described(claim)}.")

    def _end(self, error: CortexError, *, code: int) -> None:
        self.stderr.write(f"{error.code}: {error.message}")
        sys.exit(code)
