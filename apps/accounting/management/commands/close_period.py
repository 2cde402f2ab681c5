# SPDX-License-Identifier: Apache-2.0
"""`close_period --company CODE --period CODE`: close a period to postings, softly or for everybody."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import CLOSE_PERIOD
from apps.accounting.services.waiting_verbs import close_or_wait
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(CLOSE_PERIOD)
class Command(ConsoleCommand):
    """Close a period to postings; softly, a controller may still post."""

    help = "Close a period to postings; softly, a controller may still post."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the period and why."""
        super().add_arguments(parser)
        parser.add_argument("--period", required=True, metavar="CODE", help="such as 2015-03")
        parser.add_argument("--soft", action="store_true", help="let a controller still post")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the state and print it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=CLOSE_PERIOD) as company:
            period = close_or_wait(
                company_id=company.id,
                period_code=options["period"],
                is_soft=options["soft"],
                closed_by=principal,
                reason=options["reason"],
            )
        self.stdout.write(f"{period.code} {period.state}")
