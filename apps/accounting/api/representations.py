# SPDX-License-Identifier: Apache-2.0
"""What selectors return, as the contract's JSON: minor units become decimal strings here."""

from typing import Any

from apps.accounting.selectors.general_ledger import GeneralLedgerRow
from apps.accounting.selectors.journal_entry import EntryView, LineView
from apps.accounting.selectors.trial_balance import TrialBalance
from cortex.money import format_amount


def entry_json(entry: EntryView) -> dict[str, Any]:
    """Return a posted entry as JSONable values."""
    return {
        "id": entry.id,
        "label": entry.label,
        "journal": entry.journal_code,
        "fiscal_year": entry.fiscal_year_code,
        "number": entry.number,
        "accounting_date": entry.accounting_date,
        "reference": entry.reference,
        "narration": entry.narration,
        "total": format_amount(entry.total_minor, entry.currency),
        "currency": entry.currency,
        "reverses_id": entry.reverses_id,
        "reversed_by_id": entry.reversed_by_id,
        "is_cancellation": entry.is_cancellation,
        "posted_by": entry.posted_by,
        "recorded_at": entry.recorded_at,
        "lines": [_line_json(line) for line in entry.lines],
    }


def trial_balance_json(balance: TrialBalance) -> dict[str, Any]:
    """Return a trial balance as JSONable values."""
    currency = balance.currency
    return {
        "from": balance.from_date,
        "as_of": balance.as_of,
        "currency": currency,
        "debit_total": format_amount(balance.debit_minor, currency),
        "credit_total": format_amount(balance.credit_minor, currency),
        "rows": [
            {
                "account": row.account_code,
                "name": row.account_name,
                "type": row.account_type,
                "debit_total": format_amount(row.debit_minor, currency),
                "credit_total": format_amount(row.credit_minor, currency),
                "balance": format_amount(row.balance_minor, currency),
            }
            for row in balance.rows
        ],
    }


def general_ledger_row_json(row: GeneralLedgerRow, *, currency: str) -> dict[str, Any]:
    """Return a line of an account as JSONable values."""
    return {
        "accounting_date": row.accounting_date,
        "entry_id": row.entry_id,
        "line_no": row.line_no,
        "entry_label": row.entry_label,
        "reference": row.reference,
        "narration": row.narration,
        "party": row.party,
        "debit": _amount(row.debit_minor, currency),
        "credit": _amount(row.credit_minor, currency),
        "running_balance": format_amount(row.running_balance_minor, currency),
    }


def _line_json(line: LineView) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "account": line.account_code,
        "account_name": line.account_name,
        "debit": _amount(line.debit_minor, line.currency),
        "credit": _amount(line.credit_minor, line.currency),
        "currency": line.currency,
        "party": line.party,
        "narration": line.narration,
    }


def _amount(amount_minor: int | None, currency: str) -> str | None:
    return None if amount_minor is None else format_amount(amount_minor, currency)
