# SPDX-License-Identifier: Apache-2.0
"""`open_period --company CODE --period CODE`: open a closed period again."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import OPEN_PERIOD
from apps.accounting.services.open_period import open_period
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(OPEN_PERIOD)
class Command(ConsoleCommand):
    """Open a closed period again."""

    help = "Open a closed period again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the period and why."""
        super().add_arguments(parser)
        parser.add_argument("--period", required=True, metavar="CODE", help="such as 2015-03")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the state and print it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=OPEN_PERIOD) as company:
            period = open_period(
                company_id=company.id,
                period_code=options["period"],
                opened_by=principal,
                reason=options["reason"],
            )
        self.stdout.write(f"{period.code} {period.state}")
