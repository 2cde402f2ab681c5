# SPDX-License-Identifier: Apache-2.0
"""`lock_period --company CODE --period CODE`: lock a closed period for good."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import LOCK_PERIOD
from apps.accounting.services.waiting_verbs import lock_or_wait
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(LOCK_PERIOD)
class Command(ConsoleCommand):
    """Lock a closed period for good."""

    help = "Lock a closed period for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the period and why."""
        super().add_arguments(parser)
        parser.add_argument("--period", required=True, metavar="CODE", help="such as 2015-03")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the state and print it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=LOCK_PERIOD) as company:
            period = lock_or_wait(
                company_id=company.id,
                period_code=options["period"],
                locked_by=principal,
                reason=options["reason"],
            )
        self.stdout.write(f"{period.code} {period.state}")
