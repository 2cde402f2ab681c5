# SPDX-License-Identifier: Apache-2.0
"""`trial_balance --company CODE`: print the trial balance."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.adapters.trial_balance_text import as_csv, as_json, as_table
from apps.accounting.selectors.trial_balance import trial_balance
from cortex.identity.console import ConsoleCommand, typed_day
from cortex.policy.access import entered

WRITERS = {"csv": as_csv, "json": as_json, "table": as_table}


class Command(ConsoleCommand):
    """Print gross debits, gross credits and the balance of every account that moved."""

    help = "Print the trial balance, cumulative unless --from is given; both days are inclusive."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the days and the format."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="from_date", type=typed_day, metavar="DATE")
        parser.add_argument("--as-of", type=typed_day, metavar="DATE")
        parser.add_argument("--format", choices=WRITERS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=READ) as company:
            balance = trial_balance(
                company_id=company.id, as_of=options["as_of"], from_date=options["from_date"]
            )
        rows = [(row.account_code, row.debit_minor, row.credit_minor) for row in balance.rows]
        self.stdout.write(WRITERS[options["format"]](rows=rows, currency=balance.currency), ending="")
