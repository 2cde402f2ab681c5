# SPDX-License-Identifier: Apache-2.0
"""The trial balance as programs read it."""

import csv
import io
from collections.abc import Iterable

from cortex.money import format_amount

HEADER = ("account", "debit_total", "credit_total", "balance")


def trial_balance_csv(*, rows: Iterable[tuple[str, int, int]], currency: str) -> str:
    """Return the table; rows are (account code, debits, credits) in minor units of `currency`."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(HEADER)
    for code, debit_minor, credit_minor in rows:
        amounts = (debit_minor, credit_minor, debit_minor - credit_minor)
        writer.writerow([code, *(format_amount(amount_minor, currency) for amount_minor in amounts)])
    return table.getvalue()
