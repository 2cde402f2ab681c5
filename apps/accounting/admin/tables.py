# SPDX-License-Identifier: Apache-2.0
"""The books as tables of the administration."""

from uuid import UUID

from django.urls import reverse

from apps.accounting.selectors.general_ledger import GeneralLedgerPage
from apps.accounting.selectors.journal_entry import EntryView
from apps.accounting.selectors.trial_balance import TrialBalance
from cortex.backoffice.tables import Cell, Table, figure
from cortex.money import format_amount


def entry_lines(entry: EntryView) -> Table:
    """Return the lines of an entry."""
    rows = [
        [
            Cell(str(line.line_no)),
            Cell(f"{line.account_code} {line.account_name}", _account_url(line.account_id)),
            Cell(line.party or ""),
            Cell(line.narration or ""),
            _amount(line.debit_minor, line.currency),
            _amount(line.credit_minor, line.currency),
        ]
        for line in entry.lines
    ]
    return Table(
        f"Lines of {entry.label}",
        ["Line", "Account", "Party", "Narration", f"Debit {entry.currency}", f"Credit {entry.currency}"],
        rows,
    )


def trial_balance_table(balance: TrialBalance, *, title: str) -> Table:
    """Return the accounts that moved, each with a link to the account."""
    rows = [
        [
            Cell(row.account_code, _account_url(row.account_id)),
            Cell(row.account_name),
            _amount(row.debit_minor, balance.currency),
            _amount(row.credit_minor, balance.currency),
            _amount(row.balance_minor, balance.currency),
        ]
        for row in balance.rows
    ]
    difference_minor = balance.debit_minor - balance.credit_minor
    sums = [balance.debit_minor, balance.credit_minor, difference_minor]
    foot = [Cell("Total"), Cell(""), *(_amount(amount_minor, balance.currency) for amount_minor in sums)]
    heads = ["Account", "Name", f"Debit {balance.currency}", "Credit", "Balance"]
    return Table(title, heads, rows, foot)


def account_lines(page: GeneralLedgerPage) -> Table:
    """Return lines of an account, each with a link to its entry."""
    rows = [
        [
            Cell(f"{row.accounting_date}"),
            Cell(row.entry_label, reverse("admin:accounting_journalentry_change", args=[row.entry_id])),
            Cell(row.reference or ""),
            Cell(row.narration or ""),
            _amount(row.debit_minor, page.currency),
            _amount(row.credit_minor, page.currency),
            _amount(row.running_balance_minor, page.currency),
        ]
        for row in page.rows
    ]
    heads = ["Date", "Entry", "Reference", "Narration", f"Debit {page.currency}", "Credit", "Balance"]
    return Table(f"Lines of {page.account.code}", heads, rows)


def _account_url(account_id: UUID) -> str:
    return reverse("admin:accounting_account_change", args=[account_id])


def _amount(amount_minor: int | None, currency: str) -> Cell:
    return figure("" if amount_minor is None else format_amount(amount_minor, currency))
