# SPDX-License-Identifier: Apache-2.0
"""`import_journal --company CODE --accounts FILE --journal FILE`: post a journal from CSV files."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import (
    CREATE_ACCOUNT,
    CREATE_LEDGER,
    IMPORT_JOURNAL,
    OPEN_FISCAL_YEAR,
)
from apps.accounting.domain.errors import ImportMustBeReadable
from apps.accounting.domain.journal_import import ImportSummary
from apps.accounting.services.import_books import import_books
from cortex.identity.console import ConsoleCommand, read_file
from cortex.ports.asking import asks
from cortex.tenancy.companies import CREATE as CREATE_COMPANY

ROWS_SHOWN_MAX = 20


@asks(CREATE_COMPANY, IMPORT_JOURNAL, CREATE_LEDGER, CREATE_ACCOUNT, OPEN_FISCAL_YEAR)
class Command(ConsoleCommand):
    """Post a journal: everything in the files, or nothing."""

    help = (
        "Post a journal from CSV files; what was posted before under the same reference adds nothing. "
        "--create makes what is missing: company, books in --currency, accounts, fiscal years."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files and what may be created."""
        super().add_arguments(parser)
        parser.add_argument("--create", action="store_true", help="create what is missing, and only that")
        parser.add_argument("--currency", metavar="CUR", help="base currency of new books, such as EUR")
        parser.add_argument("--accounts", required=True, metavar="FILE")
        parser.add_argument("--journal", required=True, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="do everything and undo it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say in one sentence what was done."""
        try:
            summary = import_books(
                company_code=options["company"],
                accounts=read_file(options["accounts"]),
                journal=read_file(options["journal"]),
                imported_by=self.principal(options["acting_user"]),
                may_create=options["create"],
                currency=options["currency"],
                is_dry_run=options["dry_run"],
            )
        except ImportMustBeReadable as error:
            self._show_rows(error)
            raise
        self.stdout.write(_sentence(summary))

    def _show_rows(self, error: ImportMustBeReadable) -> None:
        for row in error.evidence["rows"][:ROWS_SHOWN_MAX]:
            place = f"{row['file']} row {row['row']}, column {row['column']}"
            self.stderr.write(f"{place}: {row['code']}: {row['message']}", self.style.NOTICE)


def _sentence(summary: ImportSummary) -> str:
    years = ", ".join(summary.fiscal_years_opened) or "none"
    sentence = (
        f"{summary.entries_posted} entries posted, {summary.entries_known} known before, "
        f"{summary.accounts_created} accounts created, fiscal years opened: {years}."
    )
    return f"Dry run, undone: {sentence}" if summary.is_dry_run else sentence
