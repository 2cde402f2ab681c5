# SPDX-License-Identifier: Apache-2.0
"""`trial_balance --company CODE [--signature FILE]`: print the trial balance, and sign what is printed."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounting.adapters.exported_tables import TRIAL_BALANCE, note_table
from apps.accounting.adapters.policy_entities import READ, SIGN_REPORT
from apps.accounting.adapters.trial_balance_text import as_csv, as_json, as_table
from apps.accounting.selectors.trial_balance import trial_balance
from cortex.identity.console import ConsoleCommand, file_written_whole, typed_day
from cortex.policy.access import entered
from cortex.ports.asking import asks
from cortex.ports.principal import Principal
from cortex.tenancy.models import Company

WRITERS = {"csv": as_csv, "json": as_json, "table": as_table}


@asks(READ, SIGN_REPORT)
class Command(ConsoleCommand):
    """Print gross debits, gross credits and the balance of every account that moved."""

    help = "Print the trial balance, cumulative unless --from is given; both days are inclusive."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the days and the format."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="from_date", type=typed_day, metavar="DATE")
        parser.add_argument("--as-of", type=typed_day, metavar="DATE")
        parser.add_argument("--format", choices=WRITERS, default="table")
        parser.add_argument(
            "--signature",
            metavar="FILE",
            help="write there a signature of exactly the bytes that are printed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=READ) as company:
            balance = trial_balance(
                company_id=company.id,
                reader=principal,
                as_of=options["as_of"],
                from_date=options["from_date"],
            )
            rows = [(row.account_code, row.debit_minor, row.credit_minor) for row in balance.rows]
            text = WRITERS[options["format"]](rows=rows, currency=balance.currency)
            if options["signature"] is not None:
                self._sign(text, company=company, principal=principal, options=options)
            note_table(principal=principal, company_id=company.id, table=TRIAL_BALANCE, content=text.encode())
        self.stdout.write(text, ending="")

    def _sign(self, text: str, *, company: Company, principal: Principal, options: dict[str, Any]) -> None:
        # Whoever signs nothing does not wait for cryptography to load.
        from apps.accounting.services.sign_report import PrintedReport, sign_report  # noqa: PLC0415

        report = PrintedReport(
            name="trial_balance",
            company_code=company.code,
            from_date=options["from_date"],
            as_of_date=options["as_of"],
            format=options["format"],
            content=text.encode(getattr(self.stdout, "encoding", None) or "utf-8"),
        )
        with file_written_whole(options["signature"], is_public=True) as file:
            signed = sign_report(company_id=company.id, report=report, signed_by=principal)
            file.write(signed.as_file())
