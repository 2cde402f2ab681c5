# SPDX-License-Identifier: Apache-2.0
"""`generate --company CODE --entries N --seed S`: fill books with believable entries."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.accounting.adapters.policy_entities import (
    CREATE_ACCOUNT,
    CREATE_LEDGER,
    OPEN_FISCAL_YEAR,
    POST_ENTRY,
)
from apps.accounting.services.generate_books import generate_books
from cortex.identity.console import ConsoleCommand, typed_day
from cortex.ports.asking import asks
from cortex.tenancy.companies import CREATE as CREATE_COMPANY

# Fixed days: the same seed gives the same books whenever it runs.
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 12, 31)


@asks(CREATE_COMPANY, POST_ENTRY, CREATE_LEDGER, CREATE_ACCOUNT, OPEN_FISCAL_YEAR)
class Command(ConsoleCommand):
    """Post generated entries; the same seed and days again add nothing."""

    help = (
        "Post generated entries of a trading company. The same seed and days give the same entries, "
        "and add nothing the second time. --create makes company and books, in --currency."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, from which seed, between which days, and what may be created."""
        super().add_arguments(parser)
        parser.add_argument("--entries", required=True, type=_count, metavar="N")
        parser.add_argument("--seed", required=True, type=int, metavar="S")
        parser.add_argument("--from", dest="from_date", type=typed_day, default=FIRST_DAY, metavar="DATE")
        parser.add_argument("--to", dest="to_date", type=typed_day, default=LAST_DAY, metavar="DATE")
        parser.add_argument("--create", action="store_true", help="create what is missing, and only that")
        parser.add_argument("--currency", metavar="CUR", help="base currency of new books, such as EUR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, and say in one sentence what was done."""
        if options["from_date"] > options["to_date"]:
            raise CommandError(f"--from {options['from_date']} is after --to {options['to_date']}.")
        posted = generate_books(
            company_code=options["company"],
            entries=options["entries"],
            seed=options["seed"],
            first_day=options["from_date"],
            last_day=options["to_date"],
            generated_by=self.principal(options["acting_user"]),
            may_create=options["create"],
            currency=options["currency"],
            progress=self._tell,
        )
        self.stdout.write(f"{posted} entries posted, {options['entries'] - posted} known before.")

    def _tell(self, done: int, total: int) -> None:
        """Show progress to a person; a file or a pipe wants only the result."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} entries", ending="\n" if done >= total else "")


def _count(text: str) -> int:
    """Read a number of entries for argparse."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)
